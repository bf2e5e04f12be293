import { forkedAttention } from '../../src/kernels/forked-attention';
import type { ByHead, Mask } from '../../src/shapes';
import { normal, sizesBelow, testParity, type Case, type Input } from './parity';

interface Sizes {
  Q: number;
  n: number;
  P: number;
  R: number;
  H: number;
  G: number;
  E: number;
}

/** Queries with padding on their left, and responses with some on their right: (Q·n, P+R). */
function forkedMask({ Q, n, P, R }: Sizes, padding: readonly number[]): Input {
  const rows = Array.from({ length: Q * n }, (_, row) => {
    const [left, right] = [padding[Math.floor(row / n)]!, (3 * row) % (R + 1)];
    return Array.from({ length: P + R }, (_, t) => Number(t >= left && t < P + R - right));
  });
  return { shape: [Q * n, P + R], values: Float32Array.from(rows.flat()) };
}

const forkedCase = (sizes: Sizes, padding: number[]): Case => {
  const { Q, n, P, R, H, G, E } = sizes;
  const cells = Q * P + Q * n * R;
  return {
    name: `Q ${Q}, n ${n}, P ${P}, R ${R}, H ${H}, G ${G}, E ${E}, padding ${padding.join(' ')}`,
    inputs: {
      query: normal(1, [1, cells, H, E], 1.5),
      key: normal(2, [1, cells, G, E]),
      value: normal(3, [1, cells, G, E]),
      mask: forkedMask(sizes, padding),
    },
    compute: ({ query, key, value, mask }) =>
      forkedAttention(query as ByHead, key as ByHead, value as ByHead, mask as Mask, { Q, n, P, R }), // prettier-ignore
    gradients: ['query', 'key', 'value'],
  };
};

testParity('forked attention', [
  forkedCase({ Q: 2, n: 2, P: 5, R: 4, H: 4, G: 2, E: 8 }, [0, 3]),
  forkedCase({ Q: 1, n: 2, P: 1, R: 1, H: 1, G: 1, E: 1 }, [0]),
  forkedCase({ Q: 2, n: 3, P: 4, R: 3, H: 2, G: 1, E: 5 }, [4, 0]), // a query of padding alone
  forkedCase({ Q: 1, n: 2, P: 37, R: 35, H: 2, G: 2, E: 12 }, [9]), // more than one block of the SIMD kernel
  ...Array.from({ length: 3 }, (_, i) => {
    const [Q, n, P, R, G, perGroup, E, pad] = sizesBelow(20 + i, [3, 4, 40, 36, 3, 3, 20, 12]) as [number, number, number, number, number, number, number, number]; // prettier-ignore
    const padding = Array.from({ length: Q }, (_, row) => Math.min(P, row * pad));
    return forkedCase({ Q, n: n + 1, P, R, H: G * perGroup, G, E }, padding);
  }),
]);
