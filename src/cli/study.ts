/**
 * `npm run pipeline -- --study FILE`: after the pipeline, the over-optimisation study from its fine-tuned model and
 * its reward model, as the page's screen has it. See `src/over-optimisation.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { measurable, overOptimisation } from '../over-optimisation';
import type { Lab, PipelineResult } from '../pipeline';
import {
  newSweepStudy,
  partingOf,
  sweepStudyWith,
  SWEEP_AMOUNTS,
  type SweepSettings,
  type SweepStudy,
} from '../studies';
import type { Output } from './report';

/** What the usage of the pipeline says of it. */
export const STUDY_USAGE = `  --study FILE      also how gold and proxy reward part, over KL coefficients and over n of best of n
`;

type Out = Pick<Output, 'write'>;

/** Run the study on what the pipeline learned and write it, telling of every point. */
export async function writeStudy(
  file: string,
  lab: Lab,
  learned: Pick<PipelineResult, 'fineTuned' | 'reward'>,
  backend: string,
  out: Out,
): Promise<void> {
  const amount =
    lab.config.ppo.steps > 50 ? 'thorough' : lab.config.ppo.steps > 10 ? 'quick' : null;
  const settings = amount ? SWEEP_AMOUNTS[amount] : SMALLEST;
  const study = await studied(lab, learned, { ...settings, coefficients: [...settings.coefficients] }, backend, out); // prettier-ignore
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(study, null, 2)}\n`);
  out.write(`Study: ${file}\n`);
}

/** As small as it gets: for the preset of tests. */
const SMALLEST = { coefficients: [0, 0.2], steps: 3, batchSize: 8, learningRate: 5e-4, looks: 3, prompts: 6, answers: 4 } as const; // prettier-ignore

async function studied(
  lab: Lab,
  { fineTuned, reward }: Pick<PipelineResult, 'fineTuned' | 'reward'>,
  settings: SweepSettings,
  backend: string,
  out: Out,
): Promise<SweepStudy> {
  const { tokenizer, prompts, seed, config, now: createdAt, ids } = lab;
  const { lengths } = config;
  const request = { referenceId: ids.fineTuned, rewardModelId: 'reward-model', lengths, seed, settings }; // prettier-ignore
  let study = newSweepStudy({ id: 'over-optimisation', createdAt, backend }, request);
  const events = overOptimisation(
    {
      reference: fineTuned,
      reward,
      train: prompts.filter(({ split }) => split === 'train'),
      heldOut: measurable(prompts, settings.prompts),
      tokenizer,
      lengths,
      seed,
      missingEosScore: config.ppo.missingEosScore,
    },
    settings,
  );
  out.write('\nover-optimisation\n');
  for await (const event of events) {
    study = sweepStudyWith(study, event);
    if (event.kind === 'point') {
      const { coefficient, n, step, kl, proxy, gold } = event.point;
      const who = n === null ? `coefficient ${coefficient}, step ${step}` : `best of ${n}`;
      out.write(
        `  ${who}: KL ${kl.toFixed(2)}, proxy ${proxy.toFixed(2)}, gold ${gold.toFixed(2)}\n`,
      );
    } else if (event.kind === 'run') out.write(verdictOf(study, event.run.coefficient));
  }
  return { ...study, status: 'finished' };
}

/** A line on how a run of the sweep ended. */
function verdictOf({ points, runs }: SweepStudy, coefficient: number): string {
  const parted = partingOf(points.filter((each) => each.coefficient === coefficient));
  const alarm = runs.find((each) => each.coefficient === coefficient)?.alarms.find(({ kind }) => kind === 'gold-falls'); // prettier-ignore
  const lost = parted ? `gold ended ${Math.round(100 * parted.lost)}% below its peak` : '';
  return `  coefficient ${coefficient}: ${lost}; ${alarm ? `the alarm was raised at step ${alarm.step}` : 'no alarm'}\n`;
}
