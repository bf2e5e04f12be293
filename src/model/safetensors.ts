/**
 * Weights in the safetensors format:
 *
 *   8 bytes       length N of the header, uint64 little-endian
 *   N bytes       JSON: name -> { dtype, shape, data_offsets: [begin, end) }, `__metadata__` -> strings
 *   the rest      the tensors, row-major, at their offsets from here, without gaps
 *
 * A file from elsewhere is untrusted: every length is checked before it is used, and the values are
 * checked as well, since one NaN in a weight becomes NaN in every later loss.
 *
 * Source: huggingface/safetensors, README, "Format".
 */
import type { TensorRecord, TensorRecords } from '../records';
import {
  TruncatedFileError,
  WeightDtypeError,
  WeightHeaderError,
  WeightLayoutError,
  WeightValueError,
} from './file-errors';
import {
  bfloat16FromFloat32,
  float16FromFloat32,
  float32FromBfloat16,
  float32FromFloat16,
} from './half-floats';

export const WEIGHT_DTYPES = ['F32', 'F16', 'BF16'] as const;
export type WeightDtype = (typeof WEIGHT_DTYPES)[number];

export interface WeightFile {
  /** Every tensor as float32, by name. */
  tensors: TensorRecords;
  /** How each was stored. */
  dtypes: Record<string, WeightDtype>;
  metadata: Record<string, string>;
}

const LENGTH_BYTES = 8;
const LONGEST_HEADER = 100_000_000; // bytes, as in the reference implementation
const METADATA = '__metadata__';
const AGAIN = 'Download or export the file again.';

const bytesPerValue = (dtype: WeightDtype): number => (dtype === 'F32' ? 4 : 2);
const isWeightDtype = (dtype: unknown): dtype is WeightDtype =>
  WEIGHT_DTYPES.some((known) => known === dtype);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0; // prettier-ignore
const show = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80);

/** Where a tensor lies, counted from the end of the header. */
interface Entry {
  name: string;
  dtype: WeightDtype;
  shape: number[];
  begin: number;
  end: number;
}

// ── Reading ───────────────────────────────────────────────────────────────────────────────────────

/**
 * Read every tensor of a file into float32.
 * @throws TruncatedFileError, WeightHeaderError, WeightLayoutError, WeightDtypeError, WeightValueError
 */
export function readSafetensors(buffer: ArrayBuffer): WeightFile {
  const { header, start } = readHeader(buffer);
  const metadata = readMetadata(header[METADATA]);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => readEntry(name, value));
  checkTiling(entries, buffer.byteLength - start);

  const named = entries.map(({ name, dtype, shape, begin, end }) => {
    const data = decode(buffer.slice(start + begin, start + end), dtype);
    assertFiniteTensor(name, { shape, data }, 'Such a model gives nothing but NaN; use another checkpoint.'); // prettier-ignore
    return { name, dtype, record: { shape, data } };
  });
  // fromEntries and not assignment, because "__proto__" is a name like any other in a file.
  return {
    tensors: Object.fromEntries(named.map(({ name, record }) => [name, record])),
    dtypes: Object.fromEntries(named.map(({ name, dtype }) => [name, dtype])),
    metadata,
  };
}

function readHeader(buffer: ArrayBuffer): { header: Record<string, unknown>; start: number } {
  if (buffer.byteLength < LENGTH_BYTES)
    throw new TruncatedFileError(
      `The weight file has ${buffer.byteLength} bytes, fewer than the ${LENGTH_BYTES} that a safetensors file begins with. ${AGAIN}`,
    );
  const length = new DataView(buffer).getBigUint64(0, true);
  if (length > BigInt(LONGEST_HEADER))
    throw new WeightHeaderError(
      `The weight file says that its header is ${length} bytes long, more than the ${LONGEST_HEADER} allowed. It is probably not a safetensors file; choose model.safetensors.`,
    );
  const start = LENGTH_BYTES + Number(length);
  if (start > buffer.byteLength)
    throw new TruncatedFileError(
      `The weight file ends after ${buffer.byteLength} bytes, inside its header of ${length} bytes. ${AGAIN}`,
    );
  const bytes = new Uint8Array(buffer, LENGTH_BYTES, Number(length));
  const header = parseHeader(bytes);
  if (!isObject(header))
    throw new WeightHeaderError(
      `The header of the weight file is ${show(header)}, not a table of tensors. ${AGAIN}`,
    );
  return { header, start };
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new WeightHeaderError(
      `The header of the weight file is not JSON (${detail.slice(0, 120)}). It is damaged or not a safetensors file. ${AGAIN}`,
    );
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const entries = isObject(value) ? Object.entries(value) : null;
  const texts = entries?.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (!entries || !texts || texts.length < entries.length)
    throw new WeightHeaderError(
      `${METADATA} in the weight file's header is not a table of texts. ${AGAIN}`,
    );
  return Object.fromEntries(texts);
}

function readEntry(name: string, value: unknown): Entry {
  const where = `The tensor ${show(name)} of the weight file`;
  if (!isObject(value)) throw new WeightHeaderError(`${where} is described by ${show(value)}. ${AGAIN}`); // prettier-ignore
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isWeightDtype(dtype))
    throw new WeightDtypeError(
      `${where} is of type ${show(dtype)}; weights are ${WEIGHT_DTYPES.join(', ')}. Convert the model to one of these, without quantization.`,
    );
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw new WeightHeaderError(`${where} has the impossible shape ${show(shape)}. ${AGAIN}`);
  const [begin, end]: unknown[] = Array.isArray(offsets) && offsets.length === 2 ? offsets : [];
  if (!isCount(begin) || !isCount(end) || end < begin)
    throw new WeightLayoutError(`${where} has the impossible offsets ${show(offsets)}. ${AGAIN}`);
  const wanted = shape.reduce((size, dimension) => size * dimension, bytesPerValue(dtype));
  if (end - begin !== wanted)
    throw new WeightLayoutError(
      `${where} is given ${end - begin} bytes where its shape (${shape.join(', ')}) in ${dtype} takes ${wanted}. ${AGAIN}`,
    );
  return { name, dtype, shape, begin, end };
}

/** Must hold before any tensor is read: together the tensors cover all bytes, each byte once. */
function checkTiling(entries: Entry[], available: number): void {
  let at = 0;
  let before = 'the header';
  for (const { name, begin, end } of [...entries].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== at)
      throw new WeightLayoutError(
        `The tensor ${show(name)} of the weight file begins at byte ${begin} where ${before} ends at ${at}: tensors must neither overlap nor leave gaps. ${AGAIN}`,
      );
    if (end > available)
      throw new TruncatedFileError(
        `The weight file holds ${available} bytes of tensors, but ${show(name)} ends at byte ${end}. ${AGAIN}`,
      );
    at = end;
    before = show(name);
  }
  if (at !== available)
    throw new WeightLayoutError(
      `The weight file has ${available - at} bytes behind its last tensor that belong to none. ${AGAIN}`,
    );
}

function decode(bytes: ArrayBuffer, dtype: WeightDtype): Float32Array {
  switch (dtype) {
    case 'F32':
      return new Float32Array(bytes);
    case 'F16':
      return float32FromFloat16(new Uint16Array(bytes));
    case 'BF16':
      return float32FromBfloat16(new Uint16Array(bytes));
    default:
      return dtype satisfies never;
  }
}

// ── Writing ───────────────────────────────────────────────────────────────────────────────────────

/**
 * Write tensors as one file, sorted by name, so that equal tensors give equal bytes. F32 keeps every bit;
 * the 16-bit types round to nearest even.
 * @throws WeightValueError where a value is NaN or infinite, or too large for `dtype`: nothing is
 * saturated, since a clipped weight is another model.
 * @throws WeightLayoutError where a tensor's data do not fill its shape.
 */
export function writeSafetensors(
  tensors: TensorRecords,
  dtype: WeightDtype = 'F32',
  metadata: Record<string, string> = {},
): ArrayBuffer {
  const sorted = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length) header.push([METADATA, metadata]);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, record] of sorted) {
    checkWritable(name, record);
    const part = encode(name, record, dtype);
    const data_offsets = [at, at + part.byteLength];
    header.push([name, { dtype, shape: record.shape, data_offsets }]);
    parts.push(part);
    at += part.byteLength;
  }
  const json = JSON.stringify(Object.fromEntries(header));
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8; // padded with spaces, so that the tensors are aligned

  const file = new Uint8Array(LENGTH_BYTES + length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length);
  file.set(text, LENGTH_BYTES);
  let offset = LENGTH_BYTES + length;
  for (const part of parts) {
    file.set(part, offset);
    offset += part.byteLength;
  }
  return file.buffer;
}

function checkWritable(name: string, record: TensorRecord): void {
  if (name === METADATA)
    throw new WeightHeaderError(`A tensor cannot be named ${METADATA}; rename it before writing.`);
  const size = record.shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== record.data.length)
    throw new WeightLayoutError(
      `The tensor ${show(name)} has ${record.data.length} values where its shape (${record.shape.join(', ')}) takes ${size}; it was not written.`,
    );
  assertFiniteTensor(name, record, 'It was not written; go back to an earlier checkpoint.');
}

function encode(name: string, { shape, data }: TensorRecord, dtype: WeightDtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const halves = dtype === 'F16' ? float16FromFloat32(data) : bfloat16FromFloat32(data);
  const infinity = dtype === 'F16' ? 0x7c00 : 0x7f80;
  const overflow = halves.findIndex((half) => (half & 0x7fff) === infinity);
  if (overflow >= 0)
    throw new WeightValueError(
      `The tensor ${show(name)} carries ${data[overflow]} at ${place(overflow, shape)}, which is too large for ${dtype}. Write ${dtype === 'F16' ? 'BF16 or F32' : 'F32'} instead.`,
    );
  return new Uint8Array(halves.buffer);
}

// ── Values ────────────────────────────────────────────────────────────────────────────────────────

/** Refuse NaN and infinity, naming the first. @throws WeightValueError */
export function assertFiniteTensor(
  name: string,
  { shape, data }: TensorRecord,
  remedy: string,
): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new WeightValueError(
      `The tensor ${show(name)} carries ${data[bad]} at ${place(bad, shape)}. ${remedy}`,
    );
}

/** Row-major index as coordinates: 5 in (2, 3) is "index (1, 2)". */
function place(index: number, shape: readonly number[]): string {
  const coordinates: number[] = [];
  for (const dimension of [...shape].reverse()) {
    coordinates.unshift(index % dimension);
    index = Math.floor(index / dimension);
  }
  return `index (${coordinates.join(', ')})`;
}
