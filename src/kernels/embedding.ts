/**
 * The embedding: one row of a table for each token, and its gradient.
 *
 *     x_n = E[id_n]        E (V, D), x (N, D)
 *     dE_v = Σ dx_n over all n where id_n = v
 *
 * The gradient is a scatter-add. Rows of the same id are added in the order in which they lie, on every
 * backend, so two runs give the same bits; with atomic adds, the usual way on a GPU, they would not.
 * Stock tfjs has no such gradient on WASM at all (`UnsortedSegmentSum` is missing there).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Hidden, Matrix, TokenIds } from '../shapes';
import { isFused, registerWasm, run, sizeOf } from './kernel';
import { registerWebGpu } from './webgpu-program';

const EMBEDDING = 'LabEmbedding';
const GRADIENT = 'LabEmbeddingGradient';

/** The same in stock operations. */
export function referenceEmbedding(table: Matrix, ids: TokenIds): Hidden {
  return tf.gather(table, ids) as tf.Tensor as Hidden;
}

// ── WebGPU ────────────────────────────────────────────────────────────────────────────────────────

registerWebGpu(EMBEDDING, ({ inputs: { table, ids }, runProgram }) => {
  const [V, D] = table!.shape as [number, number];
  const size = sizeOf(ids!.shape) * D;
  return runProgram(
    {
      key: 'embedding',
      inputs: ['table', 'ids'],
      outputs: { result: { shape: [...ids!.shape, D] } },
      invocations: size,
      integers: { V, D, total: size },
      code: /* wgsl */ `
        fn main(index : i32) {
          if (index >= uniforms.total) { return; }
          let id = ids[index / uniforms.D];
          if (id < 0 || id >= uniforms.V) { result[index] = 0.0; return; }
          result[index] = table[id * uniforms.D + index % uniforms.D];
        }`,
    },
    [table!, ids!],
  );
});

/**
 * One workgroup for each row of the table. It looks at 64 ids at a time, one per invocation, marking the
 * matches in two words of 32 bits; then every invocation walks the marks in order and adds its own columns.
 */
registerWebGpu(GRADIENT, ({ inputs: { dy, ids }, attributes: { V }, runProgram }) => {
  const D = dy!.shape.at(-1)!;
  return runProgram(
    {
      key: 'embedding gradient',
      inputs: ['dy', 'ids'],
      outputs: { result: { shape: [V!, D] } },
      workgroups: V!,
      integers: { V: V!, D, N: sizeOf(ids!.shape) },
      code: /* wgsl */ `
        var<workgroup> marks : array<atomic<u32>, 2>;

        fn main(row : i32, own : i32) {
          let D = uniforms.D;
          let N = uniforms.N;
          for (var left = 0; left < D; left += 64) {
            let column = left + own;
            var sum = 0.0;
            for (var start = 0; start < N; start += 64) {
              if (own < 2) { atomicStore(&marks[own], 0u); }
              workgroupBarrier();
              let n = start + own;
              if (n < N && ids[min(n, N - 1)] == row) {
                atomicOr(&marks[own / 32], 1u << u32(own % 32));
              }
              workgroupBarrier();
              for (var word = 0; word < 2; word++) {
                var bits = atomicLoad(&marks[word]);
                while (bits != 0u) {
                  let match_ = start + word * 32 + i32(firstTrailingBit(bits));
                  bits &= bits - 1u;
                  if (column < D) { sum += dy[match_ * D + column]; }
                }
              }
              workgroupBarrier();
            }
            if (column < D && row < uniforms.V) { result[row * D + column] = sum; }
          }
        }`,
    },
    [dy!, ids!],
  );
});

// ── WASM (simd/embedding.ts) ──────────────────────────────────────────────────────────────────────

registerWasm(EMBEDDING, ({ inputs: { table, ids }, simd, address, output }) => {
  const [V, D] = table!.shape as [number, number];
  const x = output([...ids!.shape, D]);
  simd.gatherRows(address(table!), address(ids!), address(x), sizeOf(ids!.shape), V, D);
  return x;
});

registerWasm(GRADIENT, ({ inputs: { dy, ids }, attributes: { V }, simd, address, output }) => {
  const D = dy!.shape.at(-1)!;
  const dTable = output([V!, D]);
  simd.scatterRows(address(dy!), address(ids!), address(dTable), sizeOf(ids!.shape), V!, D);
  return dTable;
});

// ── The operation ─────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: EMBEDDING,
  inputsToSave: ['table', 'ids'],
  gradFunc: (dy, [table, ids]) => ({
    table: () => run(GRADIENT, { dy: dy as tf.Tensor, ids: ids! }, { V: table!.shape[0]! }),
  }),
});

/** Rows of table (V, D) at ids (B, T), int32: (B, T, D). */
export function embedding(table: Matrix, ids: TokenIds): Hidden {
  if (!isFused(EMBEDDING)) return referenceEmbedding(table, ids);
  return run(EMBEDDING, { table, ids }) as Hidden;
}
