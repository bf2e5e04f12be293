/** Rotating pairs of numbers by their token's position. */
import { madd, WORD } from './vector';

/**
 * out (n, heads, e) = x turned by the angles of `positions` (n), backwards where sign is -1.
 * `table` holds e/2 cosines, then e/2 sines, for each position from 0.
 */
export function rotate(
  x: usize,
  positions: usize,
  table: usize,
  out: usize,
  n: i32,
  heads: i32,
  e: i32,
  sign: f32,
): void {
  const half = e >> 1;
  const width = <usize>e * WORD;
  const toSecond = <usize>half * WORD;
  const signs = f32x4.splat(sign);
  for (let i = 0; i < n; i++) {
    const cosines = table + <usize>load<i32>(positions + <usize>i * WORD) * width;
    const sines = cosines + toSecond;
    for (let h = 0; h < heads; h++) {
      let j = 0;
      for (; j <= half - 4; j += 4) {
        const at = <usize>j * WORD;
        const cos = v128.load(cosines + at);
        const sin = f32x4.mul(signs, v128.load(sines + at));
        const first = v128.load(x + at);
        const second = v128.load(x + toSecond + at);
        v128.store(out + at, f32x4.sub(f32x4.mul(first, cos), f32x4.mul(second, sin)));
        v128.store(out + toSecond + at, madd(second, cos, f32x4.mul(first, sin)));
      }
      for (; j < half; j++) {
        const at = <usize>j * WORD;
        const cos = load<f32>(cosines + at);
        const sin = sign * load<f32>(sines + at);
        const first = load<f32>(x + at);
        const second = load<f32>(x + toSecond + at);
        store<f32>(out + at, first * cos - second * sin);
        store<f32>(out + toSecond + at, second * cos + first * sin);
      }
      x += width;
      out += width;
    }
  }
}
