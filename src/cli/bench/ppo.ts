/** One iteration of PPO on WASM, by the stage itself, against the same in PyTorch. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sectionConfig } from '../../config';
import { loadTokenizer } from '../../data/tokenizer';
import { worldPrompts } from '../../data/world';
import { ppo } from '../../stages/6-ppo';
import { onThreads, takeTurns, type Bench } from './bench-run';
import { randomWeights, SMALL } from './models';
import { figure, makeRow, median, type Row, type Target } from './rows';

const TOKENIZER = fileURLToPath(new URL('../../../public/base/small/tokenizer.json', import.meta.url)); // prettier-ignore
const SIZES = { B: 32, P: 16, R: 32, epochs: 4 };
const AS_FAST: Target = { of: 'ratio', is: 'at most', bound: 1 };

export async function ppoSection(bench: Bench): Promise<void> {
  if (!existsSync(TOKENIZER))
    return bench.say(`PPO was skipped: ${TOKENIZER} is missing, so there are no prompts.`);
  await onThreads(bench, async (threads) => bench.add(await ppoRow(bench, threads)));
}

async function ppoRow(bench: Bench, threads: string): Promise<Row> {
  const { B, P, R, epochs } = SIZES;
  const config = sectionConfig('ppo', { steps: 1000, batchSize: B, epochs });
  const policy = { config: SMALL, tensors: randomWeights(SMALL) };
  const reward = { config: SMALL, tensors: randomWeights(SMALL, 'scalar') };
  const inputs = {
    reference: policy,
    reward,
    prompts: worldPrompts(1, 200).filter(({ split }) => split === 'train'),
    tokenizer: loadTokenizer(readFileSync(TOKENIZER, 'utf8'), SMALL),
    lengths: { promptTokens: P, responseTokens: R },
    seed: 1,
    runId: 'bench',
  };
  const run = ppo(inputs, config);
  const peer = bench.torch?.ppo(SMALL, policy.tensors, reward.tensors, { ...SIZES, klCoefficient: config.klCoefficient }) ?? null; // prettier-ignore
  const parts = { rollout: [] as number[], scoring: [] as number[], updates: [] as number[] };
  try {
    const ours = async () => {
      const start = bench.now();
      await run.steps.next();
      return bench.now() - start;
    };
    const theirs =
      peer &&
      (async () => {
        const answer = await peer();
        for (const part of ['rollout', 'scoring', 'updates'] as const)
          parts[part].push(answer[part] ?? NaN);
        return answer.seconds;
      });
    const measured = await takeTurns(ours, theirs, bench.repeats);
    const title = `PPO iteration small, ${B} episodes of ${P} + ${R} tokens, ${epochs} passes, WASM ${threads} vs PyTorch one thread`; // prettier-ignore
    if (peer)
      bench.say(`PyTorch's PPO iteration, beside our ${threads}: ${Object.entries(parts).map(([part, seconds]) => `${part} ${figure(median(seconds))} s`).join(', ')}.`); // prettier-ignore
    return makeRow(title, 's', measured, AS_FAST);
  } finally {
    run.dispose();
    await peer?.forget();
  }
}
