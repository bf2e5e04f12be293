import { attention } from '../../src/kernels/attention';
import type { ByHead, Mask } from '../../src/shapes';
import { leftPadded, normal, sizesBelow, testParity, type Case } from './parity';

interface Sizes {
  B: number;
  T: number;
  S: number;
  H: number;
  G: number;
  E: number;
}

type Seven = [number, number, number, number, number, number, number];

const attentionCase = ({ B, T, S, H, G, E }: Sizes, padding: number[]): Case => ({
  name: `B ${B}, T ${T} of S ${S}, H ${H}, G ${G}, E ${E}, padding ${padding.join(' ')}`,
  inputs: {
    query: normal(1, [B, T, H, E], 1.5),
    key: normal(2, [B, S, G, E]),
    value: normal(3, [B, S, G, E]),
    mask: leftPadded(S, padding),
  },
  compute: ({ query, key, value, mask }) =>
    attention(query as ByHead, key as ByHead, value as ByHead, mask as Mask),
  gradients: ['query', 'key', 'value'],
});

testParity('attention', [
  attentionCase({ B: 2, T: 8, S: 8, H: 4, G: 2, E: 8 }, [0, 3]),
  attentionCase({ B: 1, T: 1, S: 1, H: 1, G: 1, E: 1 }, [0]),
  attentionCase({ B: 1, T: 1, S: 6, H: 2, G: 1, E: 5 }, [2]), // one query behind a cache
  attentionCase({ B: 3, T: 5, S: 7, H: 3, G: 1, E: 6 }, [0, 6, 7]), // rows that see no key at all
  attentionCase({ B: 1, T: 37, S: 37, H: 2, G: 2, E: 12 }, [9]), // more than one block of the SIMD kernel
  attentionCase({ B: 1, T: 70, S: 75, H: 2, G: 1, E: 16 }, [4]), // more than one workgroup
  ...Array.from({ length: 6 }, (_, i) => {
    const [B, T, more, G, perGroup, E, pad] = sizesBelow(i, [3, 40, 9, 3, 3, 20, 12]) as Seven;
    const S = T + more - 1;
    const padding = Array.from({ length: B }, (_, row) => Math.min(S, row * pad));
    return attentionCase({ B, T, S, H: G * perGroup, G, E }, padding);
  }),
]);
