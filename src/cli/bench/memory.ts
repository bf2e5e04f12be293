/** Memory of the train step on WASM: how much, and that it stays so. Runs before anything else does. */
import { onEngine, timedStep, type Bench } from './bench-run';
import { randomBatch, randomWeights } from './models';
import { makeRow, type Target } from './rows';
import { CASES } from './train';
import { fusedTrainer } from './trainers';

const STEPS = 5;
const NONE: Target = { of: 'ours', is: 'at most', bound: 0 };
const MEBIBYTE = 2 ** 20;

export async function memorySection(bench: Bench): Promise<void> {
  const { name, config, B, T } = CASES.at(-1)!;
  const weights = randomWeights(config);
  const batch = randomBatch(config, B, T);
  const peer = bench.torch?.train(config, weights, batch) ?? null;
  await onEngine({ force: 'wasm', threads: 1 }, async (engine) => {
    const trainer = fusedTrainer(config, weights, batch);
    timedStep(trainer, bench.now);
    const before = engine.counters();
    for (let i = 0; i < STEPS; i++) timedStep(trainer, bench.now);
    const after = engine.counters();
    const resident = process.resourceUsage().maxRSS * 1024; // of the process so far, with Node and tfjs
    trainer.dispose();

    const grown = (key: 'tensors' | 'bytesOnDevice') => [after[key] - before[key]];
    const title = `train step ${name}, WASM:`;
    const row = (
      what: string,
      unit: string,
      ours: number[],
      theirs: number[] | null,
      target?: Target,
    ) =>
      // prettier-ignore
      bench.add(makeRow(`${title} ${what}`, unit, { ours, peer: theirs }, target));
    row(`tensors after ${STEPS} more steps`, 'more', grown('tensors'), null, NONE);
    row(`device bytes after ${STEPS} more steps`, 'more', grown('bytesOnDevice'), null, NONE);
    row('device memory', 'MiB', [after.bytesOnDevice / MEBIBYTE], null);
    const theirs = peer && [(await peer()).peakBytes / MEBIBYTE];
    row('peak of the process vs PyTorch', 'MiB', [resident / MEBIBYTE], theirs);
  });
  await peer?.forget();
}
