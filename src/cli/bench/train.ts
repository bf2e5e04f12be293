/** The train step on WASM: against stock tfjs, against PyTorch, and how its cost grows with the model. */
import type { ModelConfig } from '../../records';
import { assertSameLoss, onEngine, onThreads, takeTurns, timedStep, type Bench } from './bench-run';
import { randomBatch, randomWeights, SMALL, WIDE } from './models';
import { makeRow, type Row, type Target } from './rows';
import { fusedTrainer, stockTrainer, type Trainer } from './trainers';

/** One model on one batch. */
export interface TrainCase {
  name: string;
  config: ModelConfig;
  B: number;
  T: number;
}

export const CASES: readonly TrainCase[] = [
  { name: '0.87 M', config: WIDE, B: 16, T: 64 },
  { name: 'small, 1.24 M', config: SMALL, B: 16, T: 64 },
];

/** A step takes a fraction of a second, so it can be repeated more often than asked. */
const SHORT_TURNS = 3;

const AS_FAST: Target = { of: 'ratio', is: 'at most', bound: 1 };
const TWELVE_TIMES: Target = { of: 'ratio', is: 'at most', bound: 1 / 12 };

/** Train steps of the design's model, and of the shipped one. */
export async function trainSection(bench: Bench): Promise<void> {
  const cases = bench.quick ? CASES.slice(0, 1) : CASES;
  await onEngine({ force: 'wasm', threads: 1 }, async () => {
    for (const each of cases) bench.add(await againstStock(bench, each));
  });
  await onThreads(bench, async (threads) => {
    for (const each of cases) {
      const title = `train step ${each.name}, WASM ${threads} vs PyTorch one thread`;
      bench.add(makeRow(title, 's', await secondsBesideTorch(bench, each), AS_FAST));
    }
  });
}

/** Fused against stock operations, both on the engine that runs. */
export async function againstStock(
  bench: Pick<Bench, 'repeats' | 'now'>,
  each: TrainCase,
): Promise<Row> {
  const { name, config, B, T } = each;
  const weights = randomWeights(config);
  const batch = randomBatch(config, B, T);
  const fused = fusedTrainer(config, weights, batch);
  const stock = stockTrainer(config, weights, batch);
  try {
    assertSameLoss(
      'Stock tfjs',
      timedStep(fused, bench.now).loss,
      timedStep(stock, bench.now).loss,
    ); // warm-up, too
    const seconds = (trainer: Trainer) => () => timedStep(trainer, bench.now).seconds;
    const measured = await takeTurns(seconds(fused), seconds(stock), bench.repeats, 0);
    return makeRow(`train step ${name}, WASM fused vs stock tfjs`, 's', measured, TWELVE_TIMES);
  } finally {
    fused.dispose();
    stock.dispose();
  }
}

/** Seconds of train steps, ours and PyTorch's by turns; ours alone where there is no PyTorch. */
async function secondsBesideTorch(bench: Bench, { config, B, T }: TrainCase) {
  const weights = randomWeights(config);
  const batch = randomBatch(config, B, T);
  const fused = fusedTrainer(config, weights, batch);
  const peer = bench.torch?.train(config, weights, batch) ?? null;
  try {
    const first = timedStep(fused, bench.now).loss;
    if (peer) assertSameLoss('PyTorch', first, (await peer()).loss);
    const theirs = peer && (async () => (await peer()).seconds);
    return await takeTurns(
      () => timedStep(fused, bench.now).seconds,
      theirs,
      SHORT_TURNS * bench.repeats,
      1,
    );
  } finally {
    fused.dispose();
    await peer?.forget();
  }
}

// ── Growth ────────────────────────────────────────────────────────────────────────────────────────

/** Tokens per second of the train step against width, depth and length, each alone. */
export async function growthSection(bench: Bench): Promise<void> {
  const base: TrainCase = { name: '', config: WIDE, B: 16, T: 64 };
  const widths = [64, 128, 256].map((width) => ({
    ...base,
    name: `width ${width}`,
    config: { ...WIDE, width, feedForward: (width / 8) * 22 },
  }));
  const depths = [2, 4, 8].map((layers) => ({
    ...base,
    name: `${layers} layers`,
    config: { ...WIDE, layers },
  }));
  const lengths = [32, 64, 128, 256].map((T) => ({ ...base, name: `${T} tokens a row`, T }));
  await onEngine({ force: 'wasm', threads: 1 }, async () => {
    for (const each of [...widths, ...depths, ...lengths]) {
      const { ours, peer } = await secondsBesideTorch(bench, each);
      const rate = (seconds: number) => (each.B * each.T) / seconds;
      const rates = { ours: ours.map(rate), peer: peer && peer.map(rate) };
      bench.add(makeRow(`training at ${each.name}, vs PyTorch one thread`, 'tokens/s', rates));
    }
  });
}
