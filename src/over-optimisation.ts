/**
 * The over-optimisation study: how a policy that is driven further and further by a proxy first becomes better and
 * then worse, as gold and proxy over the square root of its KL from where it began (Gao, Schulman and Hilton 2022).
 *
 *     best of n for n = 1, 2, 4, ...        one set of answers of the reference, picked from by the reward model
 *     PPO at each KL coefficient            a run each, from the same reference and reward model
 *
 * All policies answer the same held-out prompts. Proxy and gold are put on one scale, that of the reference's own
 * answers: 0 is their mean, 1 their standard deviation around the mean of their prompt. A proxy that were the truth
 * would draw one curve with it; where the two part, the proxy is being fooled.
 */
import { sectionConfig, type PpoConfig } from './config';
import type { SweepInputs } from './over-optimisation/inputs';
import { startJudge, type Judge } from './over-optimisation/measure';
import { answersOf, baselineOf, bestOfNPoints, pointOf, type Answers, type Baseline } from './over-optimisation/points'; // prettier-ignore
import { clockOf, Watch, type Clock } from './over-optimisation/watch';
import type { TrainingRun } from './records';
import { bestOfN } from './stages/6-best-of-n';
import { ppo } from './stages/6-ppo';
import type { SweepEvent, SweepSettings } from './studies';

export { measurable, type SweepInputs } from './over-optimisation/inputs';

/** What each run of the sweep has beside its KL coefficient: nothing that would hold the policy back. */
const HELD_BY_NOTHING = { klControl: 'fixed', klStop: 0, epochs: 2 } as const satisfies Partial<PpoConfig>; // prettier-ignore

/**
 * Draw, train and measure. It may be left at any event and lets go of the device then.
 * @param done coefficients whose runs are known already; only the others are trained.
 * @throws Error without prompts, or where all answers of the reference score the same
 */
export async function* overOptimisation(
  inputs: SweepInputs,
  settings: SweepSettings,
  done: readonly number[] = [],
): AsyncGenerator<SweepEvent, void> {
  if (inputs.heldOut.length === 0)
    throw new Error('No held-out prompt has a rule that knows a good answer, so gold cannot be measured. Put the built-in prompts into the project.'); // prettier-ignore
  const wanted = settings.coefficients.filter((coefficient) => !done.includes(coefficient));
  const clock = clockOf(inputs.heldOut.length, settings, wanted.length);
  const answers = yield* drawn(inputs, settings, clock);
  const baseline = baselineOf(answers);
  yield { kind: 'scale', scale: baseline.scale };
  for (const point of bestOfNPoints(answers, baseline)) yield { kind: 'point', point };
  const judge = startJudge(inputs);
  try {
    for (const coefficient of wanted)
      yield* swept(coefficient, inputs, settings, { baseline, judge, clock });
  } finally {
    judge.dispose();
  }
}

// ── Best of n, and the scale ──────────────────────────────────────────────────────────────────────

async function* drawn(
  { reference, reward, heldOut, tokenizer, lengths, seed, missingEosScore }: SweepInputs,
  { answers }: SweepSettings,
  clock: Clock,
): AsyncGenerator<SweepEvent, Answers[]> {
  const work = bestOfN(
    { policy: reference, scorer: reward, prompts: heldOut, tokenizer, lengths, seed },
    { answers, temperature: 1, missingEosScore },
  );
  const all: Answers[] = [];
  for await (const { judged } of work) {
    if (judged.gold) all.push({ ...judged, gold: judged.gold });
    yield clock.passed('drawing', `Best of n`);
  }
  return all;
}

// ── PPO ───────────────────────────────────────────────────────────────────────────────────────────

interface Means {
  baseline: Baseline;
  judge: Judge;
  clock: Clock;
}

/** One run of the sweep, measured on its way. */
async function* swept(
  coefficient: number,
  inputs: SweepInputs,
  settings: SweepSettings,
  { baseline, judge, clock }: Means,
): AsyncGenerator<SweepEvent, void> {
  const { steps, looks } = settings;
  const run = begin(coefficient, inputs, settings);
  const watch = new Watch();
  try {
    for await (const { step, metrics } of run.steps) {
      watch.take(step, metrics);
      yield clock.passed('step', `PPO at β = ${coefficient}`);
      // Evenly spread, the end among them.
      if (Math.floor((step * looks) / steps) === Math.floor(((step - 1) * looks) / steps)) continue;
      const judged = await judge.judge(await run.result());
      const where = { method: 'ppo' as const, coefficient, n: null, step };
      yield { kind: 'point', point: pointOf(where, judged, answersOf(inputs.heldOut, judged), baseline) }; // prettier-ignore
      yield clock.passed('look', `PPO at β = ${coefficient}`);
    }
    yield { kind: 'run', run: { coefficient, steps, alarms: watch.alarms } };
  } finally {
    run.dispose();
  }
}

function begin(coefficient: number, inputs: SweepInputs, settings: SweepSettings): TrainingRun {
  const { reference, reward, train, tokenizer, lengths, seed, missingEosScore } = inputs;
  const { steps, batchSize, learningRate } = settings;
  const config = sectionConfig('ppo', { ...HELD_BY_NOTHING, steps, batchSize, learningRate, missingEosScore, klCoefficient: coefficient }); // prettier-ignore
  const runId = `sweep:${coefficient}`;
  return ppo({ reference, reward, prompts: train, tokenizer, lengths, seed, runId }, config);
}
