/**
 * `--profile`: where the time of one train step on WASM goes, by kernel. Every kernel that tfjs runs is
 * wrapped in a clock; what is left of the step is JavaScript: the tape, tensors' bookkeeping, this clock.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../../kernels/kernel';
import { clockOf } from './clock';
import { onEngine, timedStep } from './bench-run';
import { randomBatch, randomWeights } from './models';
import { figure } from './rows';
import { CASES, type TrainCase } from './train';
import { fusedTrainer } from './trainers';

const STEPS = 10;
const wall = clockOf('wall');

/** What one kernel did in all steps together. */
export interface KernelTime {
  name: string;
  calls: number;
  seconds: number;
  /** Multiplications and additions; 0 where they are not counted. */
  operations: number;
}

/** Two numbers in, one product and one sum: x (N, I), W (O, I) and what is made of them. */
function linearOperations(name: string, inputs: tf.NamedTensorInfoMap): number {
  const rows = inputs['x'] ?? inputs['dy'];
  const last = inputs['weight']?.shape[name === 'LabLinear' ? 0 : 1] ?? inputs['dy']?.shape.at(-1);
  return name.startsWith('LabLinear') && rows && last ? 2 * sizeOf(rows.shape) * last : 0;
}

/** Run `work` with a clock around every WASM kernel. */
export function clockKernels(work: () => void): KernelTime[] {
  const times = new Map<string, KernelTime>();
  const originals = tf.getKernelsForBackend('wasm');
  const replace = (config: tf.KernelConfig) => {
    tf.unregisterKernel(config.kernelName, 'wasm');
    tf.registerKernel(config);
  };
  for (const config of originals) {
    const name = config.kernelName;
    const time: KernelTime = { name, calls: 0, seconds: 0, operations: 0 };
    times.set(name, time);
    replace({
      ...config,
      kernelFunc: (call) => {
        const start = performance.now();
        const result = config.kernelFunc(call);
        time.seconds += (performance.now() - start) / 1000;
        time.calls += 1;
        time.operations += linearOperations(name, call.inputs);
        return result;
      },
    });
  }
  try {
    work();
  } finally {
    originals.forEach(replace);
  }
  return [...times.values()].filter(({ calls }) => calls > 0).sort((a, b) => b.seconds - a.seconds);
}

/** Print a table for each model. */
export async function profile(say: (text: string) => void): Promise<void> {
  await onEngine({ force: 'wasm' }, async () => {
    for (const each of CASES) say(profileOf(each));
  });
}

/** The kernels of a step on the engine that runs, as a table of milliseconds a step. */
export function profileOf({ name, config, B, T }: TrainCase): string {
  const trainer = fusedTrainer(config, randomWeights(config), randomBatch(config, B, T));
  try {
    timedStep(trainer, wall); // warm-up
    let total = 0;
    const kernels = clockKernels(() => {
      for (let i = 0; i < STEPS; i++) total += timedStep(trainer, wall).seconds;
    });
    const inside = kernels.reduce((sum, { seconds }) => sum + seconds, 0);
    const line = (what: string, calls: number, seconds: number, operations: number) =>
      [
        what.padEnd(28),
        figure(calls / STEPS).padStart(8),
        figure((1000 * seconds) / STEPS).padStart(8),
        `${((100 * seconds) / total).toFixed(1)}%`.padStart(8),
        (operations ? figure(operations / seconds / 1e9) : '').padStart(8),
      ].join('  ');
    return [
      `Train step ${name}, batch ${B} x ${T}, WASM: ${figure((1000 * total) / STEPS)} ms, mean of ${STEPS}.`,
      ['kernel'.padEnd(28), ...['calls', 'ms', 'share', 'GFLOP/s'].map((h) => h.padStart(8))].join('  '), // prettier-ignore
      ...kernels.map((each) => line(each.name, each.calls, each.seconds, each.operations)),
      line('outside kernels', 0, total - inside, 0),
      '',
    ].join('\n');
  } finally {
    trainer.dispose();
  }
}
