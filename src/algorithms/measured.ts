/**
 * Statistics of many optimizer steps with one readback: each step stacks its scalars into one tensor (S), and
 * whoever has had enough of them reads all at once. Reading each on its own would stop the device every time.
 */
import * as tf from '@tensorflow/tfjs-core';
import { mean } from './statistics';

/** Scalars by name as one tensor (S), in the order of `names`. */
export const stacked = <N extends string>(
  names: readonly N[],
  statistics: Record<N, tf.Scalar>,
): tf.Tensor1D => tf.stack(names.map((name) => statistics[name])) as tf.Tensor1D;

/** Read what `stacked` gave for each step: one record a step. The one readback; the tensors stay. */
export async function readStacked<N extends string>(
  names: readonly N[],
  measured: readonly tf.Tensor1D[],
): Promise<Record<N, number>[]> {
  const all = tf.tidy(() => tf.stack([...measured])); // (steps, S)
  const values = await all.data<'float32'>();
  const S = names.length;
  const records = measured.map(
    (_, step) =>
      // The keys are exactly `names`.
      Object.fromEntries(names.map((name, i) => [name, values[step * S + i]])) as Record<N, number>,
  );
  all.dispose();
  return records;
}

/** Means of the records, but of `largest` the largest. @throws Error without a record */
export function averaged<N extends string>(
  names: readonly N[],
  records: readonly Record<N, number>[],
  largest: readonly N[] = [],
): Record<N, number> {
  if (records.length === 0) throw new Error('There are no measurements to take the mean of.');
  const of = (name: N) => records.map((record) => record[name]);
  const entries = names.map((name) => [
    name,
    largest.includes(name) ? Math.max(...of(name)) : mean(of(name)),
  ]);
  return Object.fromEntries(entries) as Record<N, number>; // The keys are exactly `names`.
}
