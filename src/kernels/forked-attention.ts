/**
 * Attention of queries with several responses each, all in one long row (forked-rows.ts): a query attends to itself,
 * each response to its query and to itself, as in `attention`.
 *
 * On WASM one kernel reads keys and values of a query where they lie, for all its responses. Elsewhere they are copied
 * beside those of each response, and `attention` runs twice.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ByHead, Mask } from '../shapes';
import { attention } from './attention';
import { firstOfSiblings, forEachSibling, longRow, parted, sideBySide, type Fork } from './forked-rows'; // prettier-ignore
import { cutForThreads, isFused, registerWasm, run, runMany, type WasmCall } from './kernel';

const ATTENTION = 'LabForkedAttention';
const GRADIENT = 'LabForkedAttentionGradient';

/** The same by `attention` and copies. */
function referenceForkedAttention(
  query: ByHead,
  key: ByHead,
  value: ByHead,
  mask: Mask,
  fork: Fork,
): ByHead {
  const [queries, keys, values] = [parted(query, fork), parted(key, fork), parted(value, fork)];
  const seen = ([ofQuery, ofResponse]: [ByHead, ByHead]): ByHead =>
    sideBySide(forEachSibling(ofQuery, fork.n), ofResponse); // (B, P+R, G, E)
  return longRow(
    attention(queries[0], keys[0], values[0], firstOfSiblings(mask, fork)), // (Q, P, H, E)
    attention(queries[1], seen(keys), seen(values), mask), // (B, R, H, E)
  );
}

// ── WASM (simd/attention.ts, simd/attention-backward.ts) ──────────────────────────────────────────────────────────────────────

/** Both passes are cut by queries, whose rows have nothing to do with one another. */
function onThreads(
  { inputs: { query, key }, attributes, simd, address, scratch, runParts }: WasmCall,
  kernel: 'attendForked' | 'attendForkedBackward',
  tensors: readonly tf.TensorInfo[],
): void {
  const { Q, n, P, R } = attributes as Record<keyof Fork, number>;
  const [[, , H, E], G] = [query!.shape as ByHead['shape'], key!.shape[2]!];
  const copies = kernel === 'attendForked' ? 1 : 2;
  const parts = cutForThreads(Q, 1).map(({ from, count }) => {
    const room = scratch(simd.attentionScratch(P + R, E, copies));
    return [...tensors.map(address), room, from, count, Q, n, P, R, H, G, E, 1 / Math.sqrt(E)];
  });
  runParts(kernel, parts);
}

registerWasm(ATTENTION, (call) => {
  const { query, key, value, mask } = call.inputs;
  const out = call.output(query!.shape);
  onThreads(call, 'attendForked', [query!, key!, value!, mask!, out]);
  return out;
});

registerWasm(GRADIENT, (call) => {
  const { query, key, value, mask, dOut } = call.inputs;
  const gradients = [query!, key!, value!].map(({ shape }) => call.output(shape));
  onThreads(call, 'attendForkedBackward', [query!, key!, value!, mask!, dOut!, ...gradients]);
  return gradients;
});

// ── The operation ─────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: ATTENTION,
  inputsToSave: ['query', 'key', 'value', 'mask'],
  gradFunc: (dy, [query, key, value, mask], attributes) => {
    const inputs = { query: query!, key: key!, value: value!, mask: mask!, dOut: dy as tf.Tensor };
    const [dQuery, dKey, dValue] = runMany(GRADIENT, inputs, attributes as Record<string, number>);
    return { query: () => dQuery!, key: () => dKey!, value: () => dValue! };
  },
});

/**
 * query (1, Q·P+B·R, H, E), key and value (1, Q·P+B·R, G, E) to (1, Q·P+B·R, H, E).
 * mask (B, P+R): 0 for padding, the same on each query as often as it has responses
 */
export function forkedAttention(
  query: ByHead,
  key: ByHead,
  value: ByHead,
  mask: Mask,
  fork: Fork,
): ByHead {
  if (!isFused(ATTENTION)) return referenceForkedAttention(query, key, value, mask, fork);
  return run(ATTENTION, { query, key, value, mask }, { ...fork }) as ByHead;
}
