/** Gathering rows of a table, and adding rows back to where they came from. */
import { addScaled, WORD } from './vector';

/** out (n, d) = table (v, d) at ids (n). An id out of range gives zeros. */
export function gatherRows(table: usize, ids: usize, out: usize, n: i32, v: i32, d: i32): void {
  const row = <usize>d * WORD;
  for (let i = 0; i < n; i++) {
    const id = load<i32>(ids + <usize>i * WORD);
    const to = out + <usize>i * row;
    if (<u32>id < <u32>v) memory.copy(to, table + <usize>id * row, row);
    else memory.fill(to, 0, row);
  }
}

/** out (v, d) = sum of the rows of dy (n, d) by id, in the order in which they lie. */
export function scatterRows(dy: usize, ids: usize, out: usize, n: i32, v: i32, d: i32): void {
  const row = <usize>d * WORD;
  memory.fill(out, 0, <usize>v * row);
  for (let i = 0; i < n; i++) {
    const id = load<i32>(ids + <usize>i * WORD);
    if (<u32>id < <u32>v) addScaled(out + <usize>id * row, dy + <usize>i * row, 1, d);
  }
}
