import { tokenPositions } from '../../src/kernels/positions';
import type { Mask } from '../../src/shapes';
import { leftPadded, sizesBelow, testParity, type Case } from './parity';

const positionsCase = (T: number, padding: number[]): Case => ({
  name: `rows of ${T} with ${padding.join(', ')} of padding`,
  inputs: { mask: leftPadded(T, padding) },
  compute: ({ mask }) => tokenPositions(mask as Mask),
  gradients: [],
});

testParity('positions', [
  positionsCase(1, [0]),
  positionsCase(6, [0, 2, 6]),
  ...Array.from({ length: 4 }, (_, i) => {
    const [T, first, second] = sizesBelow(90 + i, [100, 40, 40]) as [number, number, number];
    return positionsCase(T, [Math.min(first, T), Math.min(second, T)]);
  }),
]);
