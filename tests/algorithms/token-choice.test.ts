/** Log-probabilities and entropy of one choice among four tokens, by the kernel that all losses rest on. */
import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { exactKl, tokenLogProbabilities } from '../../src/kernels/token-log-probabilities';
import { onEngines } from '../engines';
import { expectClose } from './backends';

const LOGITS = [2, 1, 0, -1];
const GOLDEN = [
  { temperature: 1, logs: [-0.4401897, -1.4401897, -2.4401897, -3.4401897], entropy: 0.94753696 },
  { temperature: 0.7, logs: [-0.27067383, -1.69924526, -3.12781669, -4.55638812], entropy: 0.70202798 }, // prettier-ignore
];
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

onEngines(
  'a choice among four',
  () => {
    test.each(GOLDEN)(
      'has the golden values at temperature $temperature',
      ({ temperature, logs, entropy }) => {
        // prettier-ignore
        const numbers = tf.tidy(() => {
        const hidden = tf.tensor3d([...LOGITS, ...LOGITS, ...LOGITS, ...LOGITS], [1, 4, 4]);
        const targets = tf.tensor2d([0, 1, 2, 3], [1, 4], 'int32');
        const out = tokenLogProbabilities(hidden, tf.tensor2d(IDENTITY, [4, 4]), targets, temperature); // prettier-ignore
        return [...out.logProbabilities.dataSync(), out.entropy.dataSync()[0]!];
      });
        expectClose(numbers, [...logs, entropy]);
      },
    );

    test('has the golden KL from another choice', () => {
      const kl = tf.tidy(() => {
        const logits = (p: number[]) => tf.tensor3d(p.map(Math.log), [1, 1, 3]);
        const head = tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
        const of = exactKl(logits([0.5, 0.3, 0.2]), head, logits([0.4, 0.4, 0.2]), head, 1);
        return of.dataSync()[0]!;
      });
      expectClose([kl], [0.0252671539], 1e-6);
    });
  },
  ['cpu', 'wasm'],
);
