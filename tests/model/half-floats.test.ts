import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bfloat16FromFloat32,
  float16FromFloat32,
  float32FromBfloat16,
  float32FromFloat16,
} from '../../src/model/half-floats';

const f16 = (value: number): number => float16FromFloat32(Float32Array.of(value))[0]!;
const bf16 = (value: number): number => bfloat16FromFloat32(Float32Array.of(value))[0]!;
const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
const isNaN16 = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

/** Nearest of a sorted table of values, ties to the even index: the definition, slowly. */
function nearest(table: number[], value: number): number {
  let low = 0;
  let high = table.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle]! <= value) low = middle;
    else high = middle;
  }
  const below = value - table[low]!;
  const above = table[high]! - value;
  if (below === above) return low % 2 === 0 ? low : high;
  return below < above ? low : high;
}

describe('float16', () => {
  // From the table of examples of IEEE 754 binary16.
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [1 / 3, 0x3555],
    [1 + 2 ** -11, 0x3c00], // a tie, to even: down
    [1 + 3 * 2 ** -11, 0x3c02], // a tie, to even: up
    [1 + 2 ** -11 + 2 ** -20, 0x3c01],
    [2 ** -25, 0x0000], // a tie between zero and the smallest subnormal
    [3 * 2 ** -25, 0x0002],
    [2 ** -14 - 2 ** -26, 0x0400], // rounds out of the subnormals
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-1e30, 0xfc00],
    [Infinity, 0x7c00],
    [1e-40, 0x0000],
  ])('%f is %i', (value, bits) => expect(f16(value)).toBe(bits));

  test('every bit pattern survives being widened and narrowed', () => {
    const back = float16FromFloat32(float32FromFloat16(all));
    const changed = all.filter((bits) => (isNaN16(bits) ? !isNaN16(back[bits]!) : back[bits] !== bits)); // prettier-ignore
    expect([...changed]).toEqual([]);
  });

  test('rounds to the nearest value, ties to even', () => {
    const table = [...float32FromFloat16(all.subarray(0, 0x7c00))];
    fc.assert(
      fc.property(fc.float({ min: 0, max: Math.fround(65504), noNaN: true }), (value) => {
        expect(f16(value)).toBe(nearest(table, Math.fround(value)) % 0x8000);
      }),
      { numRuns: 2000, examples: table.slice(1, 40).map((x, i) => [(x + table[i]!) / 2]) },
    );
  });
});

describe('bfloat16', () => {
  test.each([
    [1, 0x3f80],
    [1 + 2 ** -8, 0x3f80], // a tie, to even: down
    [1 + 3 * 2 ** -8, 0x3f82], // a tie, to even: up
    [-3.140625, 0xc049],
    [2 ** -133, 0x0001],
    [2 ** -134, 0x0000], // a tie between zero and the smallest subnormal
    [3.4e38, 0x7f80],
    [Infinity, 0x7f80],
  ])('%f is %i', (value, bits) => expect(bf16(value)).toBe(bits));

  test('every bit pattern survives, and NaN stays NaN', () => {
    const wide = float32FromBfloat16(all);
    const back = bfloat16FromFloat32(wide);
    const changed = all.filter((bits, i) => (Number.isNaN(wide[i]) ? (back[i]! & 0x7f) === 0 : back[i] !== bits)); // prettier-ignore
    expect([...changed]).toEqual([]);
    // A NaN whose set bits would all be cut off.
    const low = new Float32Array(Uint32Array.of(0x7f800001).buffer);
    expect(float32FromBfloat16(bfloat16FromFloat32(low))[0]).toBeNaN();
  });

  test('rounds to the nearest value, ties to even', () => {
    const table = [...float32FromBfloat16(all.subarray(0, 0x7f80))];
    fc.assert(
      fc.property(fc.float({ min: 0, max: Math.fround(3e38), noNaN: true }), (value) => {
        expect(bf16(value)).toBe(nearest(table, value) % 0x8000);
      }),
      { numRuns: 2000 },
    );
  });
});
