/**
 * Two 16-bit formats of weight files and float32, in both directions.
 *
 *             sign  exponent  fraction   largest     smallest normal / subnormal
 *   float16     1       5        10      65,504      2^-14 / 2^-24
 *   bfloat16    1       8         7      3.39e38     2^-126 / 2^-133
 *
 * Reading is exact. Writing rounds to the nearest value, ties to the one with an even last bit, through
 * the subnormals; what would round beyond the largest value becomes infinity, which `safetensors.ts`
 * refuses. The host is taken to be little-endian, as every host of a browser is.
 *
 * Sources: IEEE 754-2019, sections 3.6 and 4.3.1; bfloat16 is the upper half of a float32.
 */
const F32_SIGN = 0x80000000;
const F16_REBIAS = (127 - 15) << 23; // distance of the two exponents' zeros, at float32's place
const F16_SMALLEST_NORMAL = 0x38800000; // 2^-14 as float32 bits
const F16_OVERFLOW = 0x477ff000; // 65,520 as float32 bits: half way from 65,504 to the next power
const INTEGER_GRID = 2 ** 52; // adding it to a double rounds to a whole number, ties to even

const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

/** Float16 bits of each value; NaN stays NaN and overflow becomes infinity. */
export function float16FromFloat32(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  bitsOf(values).forEach((word, i) => {
    halves[i] = float16Bits(word, values[i]!);
  });
  return halves;
}

function float16Bits(word: number, value: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & ~F32_SIGN;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= F16_OVERFLOW) return sign | 0x7c00; // infinity
  if (magnitude < F16_SMALLEST_NORMAL)
    return sign | (Math.abs(value) * 2 ** 24 + INTEGER_GRID - INTEGER_GRID);
  const roundUp = 0xfff + ((magnitude >>> 13) & 1); // 13 bits fall away; a tie goes up if odd
  return sign | ((magnitude + roundUp - F16_REBIAS) >>> 13);
}

export function float32FromFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = bitsOf(values);
  halves.forEach((half, i) => {
    const sign = (half & 0x8000) << 16;
    const magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00)
      bits[i] = sign | 0x7f800000 | ((magnitude & 0x3ff) << 13); // infinity and NaN
    else if (magnitude >= 0x400) bits[i] = sign | ((magnitude << 13) + F16_REBIAS);
    else values[i] = (sign ? -1 : 1) * magnitude * 2 ** -24; // subnormal and zero
  });
  return values;
}

/** Bfloat16 bits of each value; NaN stays NaN and overflow becomes infinity. */
export function bfloat16FromFloat32(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  bitsOf(values).forEach((word, i) => {
    const isNaN = (word & ~F32_SIGN) > 0x7f800000;
    // A NaN is kept one by its quiet bit, whatever bits fall away.
    halves[i] = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  });
  return halves;
}

export function float32FromBfloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = bitsOf(values);
  halves.forEach((half, i) => {
    bits[i] = half << 16;
  });
  return values;
}
