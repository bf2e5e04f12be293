/**
 * What a step costs the host on WebGPU, whatever the graphics processor: programs dispatched, readbacks, and
 * the JavaScript time until all is submitted. They hardly depend on the size of the batch, so it is kept
 * small: without a graphics processor Dawn computes in software, and every second goes there.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BackendUnavailable, type Engine } from '../../kernels/engine';
import { generate } from '../../model/generate';
import { Model } from '../../model/model';
import { assertSameLoss, onEngine, takeTurns, type Bench } from './bench-run';
import { randomBatch, randomWeights, TINY, WIDE } from './models';
import { makeRow, type Measured, type Row, type Target } from './rows';
import { fusedTrainer, stockTrainer, type Trainer } from './trainers';

const [B, T] = [1, 8];
const RESPONSE = 64; // tokens
const EIGHTH: Target = { of: 'ratio', is: 'at most', bound: 1 / 8 };

export async function webGpuSection(bench: Bench): Promise<void> {
  const problems: string[] = []; // a device tells of them whenever it likes
  const onProblem = (sentence: string) => void problems.push(sentence);
  try {
    await onEngine({ force: 'webgpu', onProblem }, async (engine) => {
      bench.say(`WebGPU is ${engine.report.adapter ?? 'of an unnamed adapter'}, through Dawn in Node. Without a graphics card it is emulated, and only counts and submit times say something.`); // prettier-ignore
      for (const row of await trainRows(engine, bench.repeats)) bench.add(row);
      bench.add(await generationRow(engine));
      if (problems.length > 0) throw new Error(problems[0]);
    });
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    bench.say(`The rows of WebGPU were skipped. ${error.message}`);
  }
}

/** Submit what tfjs still holds back, as it does before it reads something. */
function submitAll(backend: WebGPUBackend): void {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** What one step cost the host. */
interface Cost {
  dispatches: number;
  readbacks: number;
  bytesRead: number;
  seconds: number;
  loss: number;
}

/** One step; then wait for the device, outside the time that counts. */
async function costOf(engine: Engine, trainer: Trainer): Promise<Cost> {
  const before = engine.counters();
  const start = performance.now();
  const loss = trainer.submit();
  submitAll(tf.backend() as WebGPUBackend);
  const seconds = (performance.now() - start) / 1000;
  const { dispatches } = engine.counters();
  const [value] = await loss.data<'float32'>();
  loss.dispose();
  const after = engine.counters();
  return {
    dispatches: dispatches - before.dispatches,
    readbacks: after.readbacks - before.readbacks,
    bytesRead: after.bytesRead - before.bytesRead,
    seconds,
    loss: value!,
  };
}

async function trainRows(engine: Engine, repeats: number): Promise<Row[]> {
  const weights = randomWeights(WIDE);
  const batch = randomBatch(WIDE, B, T);
  const fused = fusedTrainer(WIDE, weights, batch);
  const stock = stockTrainer(WIDE, weights, batch);
  try {
    const firsts = [await costOf(engine, fused), await costOf(engine, stock)] as const;
    assertSameLoss('Stock tfjs', firsts[0].loss, firsts[1].loss);
    const [ours, theirs]: [Cost[], Cost[]] = [[], []];
    const side = (costs: Cost[], trainer: Trainer) => async () => {
      costs.push(await costOf(engine, trainer));
      return costs.at(-1)!.seconds;
    };
    const submitted = await takeTurns(side(ours, fused), side(theirs, stock), repeats, 0);
    const both = (key: keyof Cost): Measured => ({
      ours: ours.map((cost) => cost[key]),
      peer: theirs.map((cost) => cost[key]),
    });
    const title = (what: string) => `train step 0.87 M, WebGPU ${what}, fused vs stock tfjs`;
    return [
      makeRow(title('dispatches'), 'programs', both('dispatches'), EIGHTH),
      makeRow(title('JavaScript until submitted'), 's', submitted, EIGHTH),
      makeRow(title('readbacks'), 'readbacks', both('readbacks')),
      makeRow(title('bytes read back'), 'bytes', both('bytesRead')),
    ];
  } finally {
    fused.dispose();
    stock.dispose();
  }
}

async function generationRow(engine: Engine): Promise<Row> {
  const config = { ...TINY, eosId: -1 }; // no row ends early
  const model = new Model('bench-generation', config, 'language', randomWeights(config), false);
  try {
    const { ids } = randomBatch(config, B, T);
    const streams = Array.from({ length: B }, (_, row) => row);
    const decoding = { responseTokens: RESPONSE, temperature: 1, topK: 0, topP: 1, seed: 1, streams }; // prettier-ignore
    const before = engine.counters().readbacks;
    await generate(model, ids, new Float32Array(B * T).fill(1), decoding);
    const readbacks = (engine.counters().readbacks - before) / (RESPONSE / 16);
    const measured = { ours: [readbacks], peer: null };
    const target: Target = { of: 'ours', is: 'at most', bound: 1 };
    return makeRow('generation, WebGPU readbacks per 16 tokens', 'readbacks', measured, target);
  } finally {
    model.dispose();
  }
}
