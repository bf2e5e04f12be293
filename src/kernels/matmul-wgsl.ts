/**
 * The tiled matrix product that the linear kernels share, in WGSL: c (M, N) = Σ_p a[i, p] · b[p, j].
 *
 * A workgroup of 8×8 invocations makes a tile of 32×32 outputs, 4×4 each. It walks the common dimension in
 * steps of 16, copying a 32×16 piece of each operand into workgroup memory first, so that a number fetched
 * once is used 32 times. How the operands lie is only a matter of the index at which they are fetched.
 */
import type { Program } from './webgpu-program';

/** How a and b lie: T marks the transposed operand, as in BLAS. */
export type Layout = 'NN' | 'NT' | 'TN';

const A_INDEX = { NN: 'i * K + p', NT: 'i * K + p', TN: 'p * M + i' };
const B_INDEX = { NN: 'p * N + j', NT: 'j * K + p', TN: 'p * N + j' };
const TILE = 32;

/** The program; inputs are a and b, flat. */
export function matmulProgram(
  layout: Layout,
  M: number,
  N: number,
  K: number,
  shape: number[],
): Program {
  // Neighbouring invocations should fetch neighbouring numbers: along p where p is innermost, else along i or j.
  const aFetch = layout === 'TN' ? 'let r = e % 32; let s = e / 32;' : 'let r = e / 16; let s = e % 16;'; // prettier-ignore
  const bFetch = layout === 'NT' ? 'let r = e / 16; let s = e % 16;' : 'let r = e % 32; let s = e / 32;'; // prettier-ignore
  return {
    key: `matmul ${layout}`,
    inputs: ['a', 'b'],
    output: { shape },
    workgroups: Math.ceil(M / TILE) * Math.ceil(N / TILE),
    integers: { M, N, K },
    code: /* wgsl */ `
      var<workgroup> aTile : array<f32, 544>; // 16 steps of 32 rows, each padded to 34 against bank conflicts
      var<workgroup> bTile : array<f32, 544>;

      fn main(index : i32) {
        let M = uniforms.M;
        let N = uniforms.N;
        let K = uniforms.K;
        let group = index / 64;
        let own = index % 64;
        let across = (N + 31) / 32;
        let top = (group / across) * 32;
        let left = (group % across) * 32;
        let row = (own / 8) * 4;
        let column = (own % 8) * 4;
        var sums : array<vec4<f32>, 4>;
        for (var start = 0; start < K; start += 16) {
          for (var e = own; e < 512; e += 64) {
            { ${aFetch}
              let i = top + r; let p = start + s;
              var value = 0.0;
              if (i < M && p < K) { value = a[${A_INDEX[layout]}]; }
              aTile[s * 34 + r] = value; }
            { ${bFetch}
              let j = left + r; let p = start + s;
              var value = 0.0;
              if (j < N && p < K) { value = b[${B_INDEX[layout]}]; }
              bTile[s * 34 + r] = value; }
          }
          workgroupBarrier();
          for (var s = 0; s < 16; s++) {
            let bAt = s * 34 + column;
            let across4 = vec4<f32>(bTile[bAt], bTile[bAt + 1], bTile[bAt + 2], bTile[bAt + 3]);
            let aAt = s * 34 + row;
            sums[0] += aTile[aAt] * across4;
            sums[1] += aTile[aAt + 1] * across4;
            sums[2] += aTile[aAt + 2] * across4;
            sums[3] += aTile[aAt + 3] * across4;
          }
          workgroupBarrier();
        }
        for (var r = 0; r < 4; r++) {
          let i = top + row + r;
          for (var s = 0; s < 4; s++) {
            let j = left + column + s;
            if (i < M && j < N) { result[i * N + j] = sums[r][s]; }
          }
        }
      }`,
  };
}
