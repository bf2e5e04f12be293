/** Weights of a model that has learnt nothing. */
import type { ModelConfig, Weights } from '../records';
import { parameterShapes } from './model';

/** What writes into the residual stream, which sums two of these for each layer. */
const OUTPUT = /\.(o_proj|down_proj)\.weight$/;

/**
 * Matrices of N(0, deviation), those that write into the residual stream divided by √(2L); gains of 1.
 * Source: Radford 2019 (GPT-2), section 2.3, with deviation 0.02; narrow models bear a larger one.
 * @param normal number i of a stream of standard normal numbers.
 */
export function initialWeights(
  config: ModelConfig,
  deviation: number,
  normal: (i: number) => number,
): Weights {
  let drawn = 0;
  const tensors = Object.entries(parameterShapes(config, 'language')).map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1);
    const scale = OUTPUT.test(name) ? deviation / Math.sqrt(2 * config.layers) : deviation;
    if (shape.length === 2) data.forEach((_, i) => (data[i] = scale * normal(drawn++)));
    return [name, { shape, data }] as const;
  });
  return { config, tensors: Object.fromEntries(tensors) };
}
