/** The rows that every stage has that trains a network: AdamW and the schedule of its learning rate. */
import { choice, integer, logarithmic, number, type Fields } from './fields';

const ADAM = 'InstructGPT, appendix C.1: (0.9, 0.95)';

/** What every stage has that trains a network. */
// prettier-ignore
export const optimizer = {
  beta1: number(0.9, [0, 0.999], '', 'Decay of the mean of gradients.', ADAM),
  beta2: number(0.95, [0, 0.9999], '', 'Decay of the mean of squared gradients.', ADAM),
  epsilon: logarithmic(1e-5, [1e-8, 1e-3], '', 'Added to the root of the second moment, after bias correction.', 'N+ implementation details: 1e-5'),
  weightDecay: number(0, [0, 0.5], '', 'Decoupled decay of matrices towards zero, times the learning rate.', 'Loshchilov and Hutter 2019'),
  gradientClip: number(1, [0.01, 100], 'global L2 norm', 'Gradients longer than this are shortened to it.', 'OpenRLHF, verl: 1.0'),
  warmupSteps: integer(5, [0, 1000], 'steps', 'Steps over which the learning rate climbs from zero.', 'judgement'),
  finalLearningRate: number(0.1, [0, 1], 'of the peak', 'Where the schedule ends.', 'InstructGPT, appendix C.1: cosine to 10%'),
} as const satisfies Fields;

export const schedule = (value: 'cosine' | 'linear' | 'constant', source: string) =>
  choice(
    value,
    ['cosine', 'linear', 'constant'],
    'How the learning rate falls after warm-up.',
    source,
  );
