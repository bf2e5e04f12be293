/**
 * Whether the memory of a WebAssembly binary is shared between threads is one byte of it.
 *
 * tfjs's SIMD build and our kernels both run with a shared memory where threads may be had and with a plain
 * one elsewhere. Shared or not is said in the binary, where it defines or imports its memory; the code is
 * the same. So each is kept as one file, and that byte is set before it is compiled.
 *
 * Source: WebAssembly core specification, 5.5 (sections) and the threads proposal (flag 2 of `limits`).
 */

const IMPORTS = 2;
const MEMORIES = 5;
const DATA = 11;
/** In `limits`: a maximum is given; the memory is shared, which needs a maximum. */
const HAS_MAXIMUM = 1;
const SHARED = 2;
/** The kinds of imports. */
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;

/** A place in a binary that numbers are read from. */
class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}
  byte(): number {
    return this.bytes[this.at++]!;
  }
  /** An unsigned number in LEB128. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
  skipName(): void {
    const length = this.number();
    this.at += length;
  }
  skipLimits(): void {
    const flags = this.number();
    this.number();
    if (flags & HAS_MAXIMUM) this.number();
  }
}

/** Where each section of a binary begins, behind its length, by its number. */
function sections(bytes: Uint8Array): Map<number, number> {
  const found = new Map<number, number>();
  const reader = new Reader(bytes, 8); // past magic number and version
  while (reader.at < bytes.length) {
    const section = reader.byte();
    const size = reader.number();
    found.set(section, reader.at);
    reader.at += size;
  }
  return found;
}

/** Whether a binary lays out data in its memory when it is instantiated. */
export const hasStaticData = (bytes: Uint8Array): boolean => sections(bytes).has(DATA);

/** Where the limits of the one memory stand, which is defined or imported. */
function memoryLimits(bytes: Uint8Array): number {
  const places = sections(bytes);
  const own = places.get(MEMORIES);
  if (own !== undefined && bytes[own] !== 0) return own + 1; // behind the count, which is 1
  const imports = places.get(IMPORTS);
  if (imports === undefined) throw new Error('A WebAssembly binary without a memory was given.');
  const reader = new Reader(bytes, imports);
  for (let left = reader.number(); left > 0; left--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.byte();
    if (kind === MEMORY) return reader.at;
    if (kind === FUNCTION) reader.number();
    else if (kind === TABLE) (reader.byte(), reader.skipLimits());
    else if (kind === GLOBAL) reader.at += 2;
  }
  throw new Error('A WebAssembly binary without a memory was given.');
}

/**
 * The same binary with its memory shared, or not.
 * @throws Error where its memory has no maximum, which a shared one must have.
 */
export function withMemory(binary: ArrayBuffer, kind: 'shared' | 'own'): ArrayBuffer {
  const bytes = new Uint8Array(binary.slice(0));
  const at = memoryLimits(bytes);
  if (!(bytes[at]! & HAS_MAXIMUM))
    throw new Error('A memory without a maximum cannot be shared between threads.');
  bytes[at] = kind === 'shared' ? HAS_MAXIMUM | SHARED : HAS_MAXIMUM;
  return bytes.buffer;
}
