import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelFileError } from '../../src/model/file-errors';
import { readSafetensors, writeSafetensors, type WeightDtype } from '../../src/model/safetensors';
import type { TensorRecord, TensorRecords } from '../../src/records';

const record = (shape: number[], ...data: number[]): TensorRecord => ({
  shape,
  data: Float32Array.from(data),
});

/** A file put together by hand, so that nothing of ours vouches for it. */
function handmade(header: unknown, data: Uint8Array = new Uint8Array(0)): ArrayBuffer {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header)); // prettier-ignore
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file.buffer;
}
const f32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const entry = (dtype: unknown, shape: unknown, data_offsets: unknown) => ({
  dtype,
  shape,
  data_offsets,
});

const headerOf = (file: ArrayBuffer): string => {
  const length = Number(new DataView(file).getBigUint64(0, true));
  return new TextDecoder().decode(new Uint8Array(file, 8, length));
};

/** The error of the named class that `act` throws. */
function refusal(act: () => unknown): { name: string; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof ModelFileError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

// ── What is arbitrary ─────────────────────────────────────────────────────────────────────────────

const arbitraryShape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
const arbitraryRecord = arbitraryShape.chain((shape) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: size, maxLength: size })
    .map((values) => record(shape, ...values));
});
const arbitraryName = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
  fc.constantFrom('__proto__', 'constructor', 'model.norm.weight', '0'),
);
const arbitraryTensors: fc.Arbitrary<TensorRecords> = fc
  .uniqueArray(fc.tuple(arbitraryName, arbitraryRecord), {
    selector: ([name]) => name,
    maxLength: 6,
  })
  .map((entries) => Object.fromEntries(entries));

const bits = (tensors: TensorRecords) =>
  Object.entries(tensors)
    .map(([name, { shape, data }]) => [name, shape, [...new Uint32Array(data.slice().buffer)]])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));

describe('what is written', () => {
  test('reads back to the bit in F32, metadata too', () => {
    fc.assert(
      fc.property(
        arbitraryTensors,
        fc.dictionary(fc.string(), fc.string()),
        (tensors, metadata) => {
          const back = readSafetensors(writeSafetensors(tensors, 'F32', metadata));
          expect(bits(back.tensors)).toEqual(bits(tensors));
          expect({ ...back.metadata }).toEqual({ ...metadata });
        },
      ),
    );
  });

  test('is the same file when what was read is written again, in every type', () => {
    fc.assert(
      fc.property(arbitraryTensors, fc.constantFrom<WeightDtype>('F32', 'F16', 'BF16'), (tensors, dtype) => {
        let once: ArrayBuffer;
        try {
          once = writeSafetensors(tensors, dtype);
        } catch (error) {
          expect(error).toMatchObject({ name: 'WeightValueError' }); // too large for 16 bits
          return;
        }
        const twice = writeSafetensors(readSafetensors(once).tensors, dtype);
        expect(new Uint8Array(twice)).toEqual(new Uint8Array(once));
      }),
    ); // prettier-ignore
  });

  test('lies as the format says: aligned, sorted, without gaps', () => {
    const file = writeSafetensors({ b: record([2], 1, 2), a: record([], 7) }, 'F16', { by: 'us' });
    const header = headerOf(file);
    expect(header.length % 8).toBe(0);
    expect(JSON.parse(header)).toEqual({
      __metadata__: { by: 'us' },
      a: entry('F16', [], [0, 2]),
      b: entry('F16', [2], [2, 6]),
    });
    expect(header.indexOf('"a"')).toBeLessThan(header.indexOf('"b"'));
    expect([...new Uint16Array(file.slice(8 + header.length))]).toEqual([0x4700, 0x3c00, 0x4000]);
  });

  test('takes views into larger buffers', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const back = readSafetensors(writeSafetensors({ x: { shape: [2], data } }));
    expect([...back.tensors.x!.data]).toEqual([1, 2]);
  });

  test.each([
    ['F32', NaN, 'NaN at index (1, 0)'],
    ['F16', -Infinity, '-Infinity at index (1, 0)'],
    ['F16', 65520, '65520 at index (1, 0), which is too large for F16. Write BF16 or F32'],
    ['BF16', 3.4e38, 'too large for BF16. Write F32'],
  ] as const)('is refused in %s with %f', (dtype, value, sentence) => {
    const error = refusal(() => writeSafetensors({ w: record([2, 2], 0, 1, value, 0) }, dtype));
    expect(error.name).toBe('WeightValueError');
    expect(error.message).toContain('"w"');
    expect(error.message).toContain(sentence);
  });

  test('is refused where data and shape differ', () => {
    expect(refusal(() => writeSafetensors({ w: record([3], 1, 2) }))).toMatchObject({
      name: 'WeightLayoutError',
      message: expect.stringContaining('2 values where its shape (3) takes 3'),
    });
  });
});

test('a file made by hand is read in all three types, in any order of its data', () => {
  const header = {
    b: entry('BF16', [2], [6, 10]),
    a: entry('F16', [3], [0, 6]),
    c: entry('F32', [1, 1], [10, 14]),
  };
  const data = new Uint8Array(14);
  data.set(new Uint8Array(Uint16Array.of(0x3c00, 0x0001, 0xfbff, 0x4049, 0xbf80).buffer));
  data.set(f32(0.1), 10);
  const { tensors, dtypes } = readSafetensors(handmade(header, data));
  expect([...tensors.a!.data]).toEqual([1, 2 ** -24, -65504]);
  expect([...tensors.b!.data]).toEqual([3.140625, -1]);
  expect([...tensors.c!.data]).toEqual([Math.fround(0.1)]);
  expect(dtypes).toEqual({ a: 'F16', b: 'BF16', c: 'F32' });
});

describe('a damaged file is refused', () => {
  const whole = writeSafetensors({ x: record([2], 1, 2), y: record([1], 3) });
  const oversized = whole.slice(0);
  new DataView(oversized).setBigUint64(0, 100_000_001n, true);
  const endless = whole.slice(0);
  new DataView(endless).setBigUint64(0, 2n ** 64n - 1n, true);
  const notUtf8 = whole.slice(0);
  new Uint8Array(notUtf8)[10] = 0xff;
  const two = f32(1, 2);

  test.each<[string, ArrayBuffer, string, string]>([
    ['empty', new ArrayBuffer(0), 'TruncatedFileError', 'has 0 bytes'],
    ['cut in its header', whole.slice(0, 40), 'TruncatedFileError', 'inside its header'],
    ['cut in its data', whole.slice(0, -1), 'TruncatedFileError', '"y" ends at byte 12'],
    ['longer than it says', handmade({ x: entry('F32', [1], [0, 4]) }, two), 'WeightLayoutError', '4 bytes behind its last tensor'],
    ['with an oversized header', oversized, 'WeightHeaderError', '100000001 bytes long'],
    ['with an endless header', endless, 'WeightHeaderError', 'more than the 100000000 allowed'],
    ['with a header that is not JSON', handmade('{"x":'), 'WeightHeaderError', 'is not JSON'],
    ['with a header that is not UTF-8', notUtf8, 'WeightHeaderError', 'is not JSON'],
    ['with a list for a header', handmade([]), 'WeightHeaderError', 'not a table'],
    ['with wrong metadata', handmade({ __metadata__: { a: 1 } }), 'WeightHeaderError', '__metadata__'],
    ['with a number for a tensor', handmade({ x: 5 }), 'WeightHeaderError', '"x" of the weight file is described by 5'],
    ['with int64', handmade({ x: entry('I64', [1], [0, 8]) }, two), 'WeightDtypeError', '"I64"; weights are F32, F16, BF16'],
    ['without a type', handmade({ x: entry(undefined, [1], [0, 8]) }, two), 'WeightDtypeError', '"x"'],
    ['with a negative shape', handmade({ x: entry('F32', [-2, -1], [0, 8]) }, two), 'WeightHeaderError', 'impossible shape [-2,-1]'],
    ['with a fractional shape', handmade({ x: entry('F32', [1.5], [0, 6]) }, two), 'WeightHeaderError', 'impossible shape'],
    ['with a shape of texts', handmade({ x: entry('F32', ['2'], [0, 8]) }, two), 'WeightHeaderError', 'impossible shape'],
    ['with offsets backwards', handmade({ x: entry('F32', [2], [8, 0]) }, two), 'WeightLayoutError', 'impossible offsets [8,0]'],
    ['with one offset', handmade({ x: entry('F32', [2], [8]) }, two), 'WeightLayoutError', 'impossible offsets'],
    ['with offsets that are not of its shape', handmade({ x: entry('F32', [3], [0, 8]) }, two), 'WeightLayoutError', '8 bytes where its shape (3) in F32 takes 12'],
    ['with an astronomic shape', handmade({ x: entry('F32', [2 ** 50, 2 ** 50], [0, 8]) }, two), 'WeightLayoutError', 'takes'],
    ['with tensors that overlap', handmade({ x: entry('F32', [2], [0, 8]), y: entry('F32', [1], [4, 8]) }, two), 'WeightLayoutError', '"y" of the weight file begins at byte 4 where "x" ends at 8'],
    ['with a gap', handmade({ x: entry('F32', [1], [4, 8]) }, two), 'WeightLayoutError', 'begins at byte 4 where the header ends at 0'],
    ['out of range', handmade({ x: entry('F32', [4], [0, 16]) }, two), 'TruncatedFileError', 'holds 8 bytes of tensors, but "x" ends at byte 16'],
    ['carrying NaN', handmade({ x: entry('F32', [2, 1], [0, 8]) }, f32(1, NaN)), 'WeightValueError', '"x" carries NaN at index (1, 0)'],
    ['carrying infinity in 16 bits', handmade({ x: entry('F16', [1], [0, 2]) }, Uint8Array.of(0, 0xfc)), 'WeightValueError', '"x" carries -Infinity at index (0)'],
  ])('%s', (_what, file, name, sentence) => {
    const error = refusal(() => readSafetensors(file));
    expect(error.name).toBe(name);
    expect(error.message).toContain(sentence);
    expect(error.message).toMatch(/\.$/);
  }); // prettier-ignore

  test('or read, whatever bytes are changed, cut or added', () => {
    const change = fc.record({
      at: fc.nat({ max: whole.byteLength - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 4 }),
        fc.integer({ min: 0, max: whole.byteLength + 8 }),
        (changes, length) => {
          const file = new Uint8Array(length);
          file.set(new Uint8Array(whole).subarray(0, length));
          for (const { at, byte } of changes) file[at] = byte; // beyond the end it does nothing
          readOrRefuse(file.buffer);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('or read, whatever its header says', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.string(),
        fc.record({
          dtype: fc.constantFrom('F32', 'F16', 'BF16', 'I8', null),
          shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 3 })), fc.jsonValue()),
          data_offsets: fc.oneof(fc.tuple(fc.nat(16), fc.nat(16)), fc.jsonValue()),
        }),
      ),
    );
    fc.assert(
      fc.property(anything, fc.uint8Array({ maxLength: 16 }), (header, data) =>
        readOrRefuse(handmade(header ?? null, data)),
      ),
      { numRuns: 2000 },
    );
  });

  function readOrRefuse(file: ArrayBuffer): void {
    try {
      const { tensors } = readSafetensors(file);
      for (const { shape, data } of Object.values(tensors)) {
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
        expect(data.every(Number.isFinite)).toBe(true);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(ModelFileError);
    }
  }
});
