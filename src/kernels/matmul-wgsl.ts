/**
 * The tiled matrix product that the linear kernels share, in WGSL: c (M, N) = Σ_p a[i, p] · b[p, j], and
 * several such products in one program, joined at one of the three sizes:
 *
 *     joined at N   c_l = a · b_l         several layers of one input: y_l = x W_lᵀ
 *     joined at K   c   = Σ_l a_l · b_l   the gradient of that input:  dx = Σ_l dy_l W_l
 *     joined at M   c_l = a_l · b         the gradients of the layers: dW_l = dy_lᵀ x
 *
 * A workgroup of 8×8 invocations makes a tile of 32×32 outputs, 4×4 each. It walks the common dimension in
 * steps of 16, copying a 32×16 piece of each operand into workgroup memory first, so that a number fetched
 * once is used 32 times. How the operands lie is only a matter of the index at which they are fetched.
 */
import type { Output, Program } from './wgsl';

/** How a and b lie: T marks the transposed operand, as in BLAS. */
export type Layout = 'NN' | 'NT' | 'TN';

/** Products of one program: M, N and K of each, of which only the joined size may differ. */
export interface Products {
  layout: Layout;
  joined: 'M' | 'N' | 'K';
  sizes: readonly { M: number; N: number; K: number }[];
  /** Shape of each result; one where they are joined at K. */
  shapes: readonly number[][];
  /** Whether a last input of the result's shape is added to it; of one product only. */
  adds?: boolean;
}

const TILE = 32;
const tiles = ({ M, N }: { M: number; N: number }) => Math.ceil(M / TILE) * Math.ceil(N / TILE);

/** One product. Inputs are a and b, flat. */
export const matmulProgram = (
  layout: Layout,
  M: number,
  N: number,
  K: number,
  shape: number[],
): Program => productsProgram({ layout, joined: 'K', sizes: [{ M, N, K }], shapes: [shape] });

/** Several products. Inputs are all a (one where it is shared), all b (the same), and what is added. */
export function productsProgram({ layout, joined, sizes, shapes, adds }: Products): Program {
  const layers = sizes.map((_, l) => l);
  const as = joined === 'N' ? ['a0'] : layers.map((l) => `a${l}`);
  const bs = joined === 'M' ? ['b0'] : layers.map((l) => `b${l}`);
  const results: Record<string, Output> = Object.fromEntries(
    shapes.map((shape, l) => [`c${l}`, { shape }]),
  );
  const { M, N, K } = sizes[0]!;
  const integers = Object.fromEntries([
    ...Object.entries({ M, N, K }),
    ...sizes.map((size, l) => [`size${l}`, size[joined]] as const),
    ...sizes.map((_, l) => [`end${l}`, sizes.slice(0, l + 1).reduce((sum, each) => sum + tiles(each), 0)] as const), // prettier-ignore
  ]);
  /** The text of layer l's sizes: the joined one has a uniform for each layer. */
  const sizesOf = (l: number) =>
    (['M', 'N', 'K'] as const)
      .map((size) => `let ${size} = uniforms.${size === joined ? `size${l}` : size};`)
      .join(' ');
  const a = (l: number) => as[l] ?? 'a0';
  const b = (l: number) => bs[l] ?? 'b0';
  return {
    key: `products ${layout} ${joined} ${layers.length}${adds ? ' adds' : ''}`,
    inputs: [...as, ...bs, ...(adds ? ['added'] : [])],
    outputs: results,
    workgroups:
      joined === 'K' ? tiles(sizes[0]!) : sizes.reduce((sum, each) => sum + tiles(each), 0),
    integers,
    code: /* wgsl */ `
      var<workgroup> aTile : array<f32, 544>; // 16 steps of 32 rows, each padded to 34 against bank conflicts
      var<workgroup> bTile : array<f32, 544>;

      fn main(group : i32, own : i32) {
        let row = (own / 8) * 4;
        let column = (own % 8) * 4;
        var sums : array<vec4<f32>, 4>;
        ${
          joined === 'K'
            ? `
        let tile = group;
        ${layers.map((l) => `{ ${sizesOf(l)} ${PLACE} ${accumulate(layout, a(l), b(l))} }`).join('\n')}
        { ${sizesOf(0)} ${PLACE} ${write('c0', adds)} }`
            : layers
                .map(
                  (l) => `
        ${l === 0 ? '' : 'else '}if (group < uniforms.end${l}) {
          let tile = group - ${l === 0 ? '0' : `uniforms.end${l - 1}`};
          ${sizesOf(l)} ${PLACE} ${accumulate(layout, a(l), b(l))} ${write(`c${l}`, adds)}
        }`,
                )
                .join('')
        }
      }`,
  };
}

/** First row and column of the tile. */
const PLACE = /* wgsl */ `
  let across = (N + 31) / 32;
  let top = (tile / across) * 32;
  let left = (tile % across) * 32;`;

const A_INDEX = { NN: 'i * K + p', NT: 'i * K + p', TN: 'p * M + i' };
const B_INDEX = { NN: 'p * N + j', NT: 'j * K + p', TN: 'p * N + j' };

/** Add the product of two operands to `sums`. */
function accumulate(layout: Layout, a: string, b: string): string {
  // Neighbouring invocations should fetch neighbouring numbers: along p where p is innermost, else along i or j.
  const alongStep = 'let r = e / 16; let s = e % 16;';
  const alongRow = 'let r = e % 32; let s = e / 32;';
  return /* wgsl */ `
    for (var start = 0; start < K; start += 16) {
      for (var e = own; e < 512; e += 64) {
        { ${layout === 'TN' ? alongRow : alongStep}
          let i = top + r; let p = start + s;
          var value = 0.0;
          if (i < M && p < K) { value = ${a}[${A_INDEX[layout]}]; }
          aTile[s * 34 + r] = value; }
        { ${layout === 'NT' ? alongStep : alongRow}
          let j = left + r; let p = start + s;
          var value = 0.0;
          if (j < N && p < K) { value = ${b}[${B_INDEX[layout]}]; }
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
    }`;
}

/** Write `sums` where they belong. */
const write = (result: string, adds = false) => /* wgsl */ `
  for (var r = 0; r < 4; r++) {
    let i = top + row + r;
    for (var s = 0; s < 4; s++) {
      let j = left + column + s;
      if (i < M && j < N) { ${result}[i * N + j] = sums[r][s]${adds ? ' + added[i * N + j]' : ''}; }
    }
  }`;
