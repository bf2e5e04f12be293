/** Everything that the SIMD module exports; `../simd-module.ts` says the same in TypeScript. */
export { gatherRows, scatterRows } from './embedding';
export { matmul, matmulTransposedA, matmulTransposedB } from './matmul';
export { rotate } from './rotary';
