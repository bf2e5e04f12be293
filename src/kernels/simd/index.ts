/** Everything that the SIMD module exports; `../simd-module.ts` says the same in TypeScript. */
export { adamw, sumOfSquares } from './adamw';
export { attend, attendCached, attendForked } from './attention';
export { attendBackward, attendForkedBackward } from './attention-backward';
export { attentionScratch } from './attention-rows';
export { gatherRows, scatterRows } from './embedding';
export { headScratch, tokenLogs, tokenLogsBackward } from './head';
export { product, productTransposedB } from './matmul';
export { rotate } from './rotary';
export { gatedSilu, gatedSiluBackward, normalize, normalizeBackward } from './rows';
export { sampleIds } from './sample';
export { sumRows } from './vector';
