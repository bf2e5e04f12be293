/**
 * `--profile`: where one train step goes, by kernel. Every kernel that tfjs runs is wrapped in a clock; what
 * is left of the step is JavaScript: the tape, tensors' bookkeeping, this clock. On WASM the time is that of
 * the arithmetic; on WebGPU that of preparing programs, which are counted, too.
 */
import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailable, type BackendName, type Engine } from '../../kernels/engine';
import { sizeOf } from '../../kernels/kernel';
import { onEngine } from './bench-run';
import { clockOf } from './clock';
import { randomBatch, randomWeights } from './models';
import { figure } from './rows';
import { CASES, type TrainCase } from './train';
import { fusedTrainer } from './trainers';

const now = clockOf('wall');

/** What one kernel did in all steps together. */
export interface KernelTime {
  name: string;
  calls: number;
  seconds: number;
  /** Multiplications and additions; 0 where they are not counted. */
  operations: number;
  /** GPU programs, on WebGPU. */
  programs: number;
}

/**
 * Of linear layers of one input x (N, I): 2·N·O·I for each weight (O, I), or, where a kernel gets none, for
 * each gradient dy (N, O) that it makes a weight's gradient of. 0 for any other kernel.
 */
function linearOperations(name: string, inputs: tf.NamedTensorInfoMap): number {
  if (!name.startsWith('LabLinear')) return 0;
  const all = (prefix: string) =>
    Object.keys(inputs).flatMap((key) => (key.startsWith(prefix) ? (inputs[key] ?? []) : []));
  const [[x], dys, weights] = [all('x'), all('dy'), all('weight')];
  const rows = sizeOf((x ?? dys[0])?.shape.slice(0, -1) ?? [0]); // N
  const total = (tensors: tf.TensorInfo[]) =>
    tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return weights.length > 0 ? 2 * rows * total(weights) : 2 * total(dys) * (x?.shape.at(-1) ?? 0);
}

/**
 * Run `work` with a clock around every kernel of the backend.
 * @param programs GPU programs that the engine has counted so far.
 */
export function clockKernels(
  backend: BackendName,
  work: () => void,
  programs: () => number = () => 0,
): KernelTime[] {
  const times = new Map<string, KernelTime>();
  const originals = tf.getKernelsForBackend(backend);
  const replace = (config: tf.KernelConfig) => {
    tf.unregisterKernel(config.kernelName, backend);
    tf.registerKernel(config);
  };
  for (const config of originals) {
    const name = config.kernelName;
    const time: KernelTime = { name, calls: 0, seconds: 0, operations: 0, programs: 0 };
    times.set(name, time);
    replace({
      ...config,
      kernelFunc: (call) => {
        const [start, before] = [now(), programs()];
        const result = config.kernelFunc(call);
        time.seconds += now() - start;
        time.programs += programs() - before;
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
  return [...times.values()].filter(({ calls }) => calls > 0);
}

const gigaflops = ({ operations, seconds }: KernelTime): string =>
  operations ? figure(operations / seconds / 1e9) : '';

/** Print a table for each model: its time on WASM, and its programs on WebGPU where there is any. */
export async function profile(say: (text: string) => void): Promise<void> {
  await onEngine({ force: 'wasm', threads: 1 }, async (engine) => {
    for (const each of CASES) say(await profileOf(engine, each, 10));
  });
  try {
    await onEngine({ force: 'webgpu' }, async (engine) => {
      for (const each of CASES) say(await profileOf(engine, { ...each, B: 1, T: 8 }, 1));
    });
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    say(`There is no profile of WebGPU. ${error.message}`);
  }
}

/** The kernels of a step on the engine that runs, as a table of means over `steps`. */
async function profileOf(
  engine: Engine,
  { name, config, B, T }: TrainCase,
  steps: number,
): Promise<string> {
  const { backend } = engine.report;
  const onGpu = backend === 'webgpu';
  const trainer = fusedTrainer(config, randomWeights(config), randomBatch(config, B, T));
  const programs = () => (onGpu ? engine.counters().dispatches : 0);
  try {
    await trainer.submit().data(); // warm-up
    let seconds = 0;
    const before = programs();
    const run = () => {
      for (let i = 0; i < steps; i++) {
        const start = now();
        trainer.submit();
        seconds += now() - start;
      }
    };
    const kernels = clockKernels(backend, run, programs);
    const total = { calls: 0, seconds, operations: 0, programs: programs() - before };
    kernels.sort((a, b) => (onGpu ? b.programs - a.programs : b.seconds - a.seconds));
    const inside = kernels.reduce((sum, each) => sum + each.seconds, 0);
    const rest = { name: 'outside kernels', calls: 0, seconds: seconds - inside, operations: 0, programs: 0 }; // prettier-ignore
    const line = (each: KernelTime) =>
      [
        each.name.padEnd(32),
        figure(each.calls / steps).padStart(8),
        figure((1000 * each.seconds) / steps).padStart(8),
        `${((100 * each.seconds) / total.seconds).toFixed(1)}%`.padStart(8),
        (onGpu ? figure(each.programs / steps) : gigaflops(each)).padStart(8),
      ]
        .join('  ')
        .trimEnd();
    const headings = ['calls', 'ms', 'share', onGpu ? 'programs' : 'GFLOP/s'];
    return [
      `Train step ${name}, batch ${B} x ${T}, ${backend}, mean of ${steps}:`,
      [''.padEnd(32), ...headings.map((heading) => heading.padStart(8))].join('  '),
      ...kernels.filter((each) => !onGpu || each.programs > 0).map(line),
      line(rest),
      line({ name: 'the step', ...total }),
      '',
    ].join('\n');
  } finally {
    trainer.dispose();
  }
}
