/** Sampling with a cache of keys and values, of the shape of stories260K, against the batch size. */
import { generate } from '../../model/generate';
import { Model } from '../../model/model';
import { onThreads, takeTurns, type Bench } from './bench-run';
import { randomBatch, randomWeights, TINY } from './models';
import { makeRow, type Row, type Target } from './rows';

const P = 16; // tokens of each prompt
const R = 128; // tokens of each response
const WANTED_AT = 32; // rows
const WANTED: Target = { of: 'ours', is: 'at least', bound: 15_000 };

export async function generationSection(bench: Bench): Promise<void> {
  await onThreads(bench, async (threads) => {
    for (const B of bench.quick ? [WANTED_AT] : [1, 8, WANTED_AT, 128])
      bench.add(await generationRow(bench, B, threads));
  });
}

/** Tokens per second of B responses, on the engine that runs. */
async function generationRow(bench: Bench, B: number, threads: string): Promise<Row> {
  const config = { ...TINY, eosId: -1 }; // no row ends early, so that all tokens count
  const weights = randomWeights(config);
  const model = new Model('bench-generation', config, 'language', weights, false);
  const peer = bench.torch?.generate(config, weights, B, P, R) ?? null;
  const { ids } = randomBatch(config, B, P);
  const mask = new Float32Array(B * P).fill(1);
  const streams = Array.from({ length: B }, (_, row) => row);
  const decoding = { responseTokens: R, temperature: 1, topK: 0, topP: 1, seed: 1, streams };
  try {
    const ours = async () => {
      const start = bench.now();
      const { lengths } = await generate(model, ids, mask, decoding);
      const tokens = lengths.reduce((a, b) => a + b, 0);
      return tokens / (bench.now() - start);
    };
    const theirs = peer && (async () => (B * R) / (await peer()).seconds);
    const measured = await takeTurns(ours, theirs, bench.repeats, 2);
    const title = `generation 260 K, batch ${B}, WASM ${threads} vs PyTorch one thread`;
    return makeRow(title, 'tokens/s', measured, B === WANTED_AT ? WANTED : undefined);
  } finally {
    model.dispose();
    await peer?.forget();
  }
}
