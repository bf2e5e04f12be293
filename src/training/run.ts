/**
 * What every training run is made of: networks that learn, networks that are only asked, and a progress that
 * counts. What it does in a step is its stage's; that it can be saved and goes on exactly is the same for all.
 */
import { assertFiniteMetrics } from '../algorithms/training-checks';
import { RewardEnsemble } from '../model/members';
import { Model, type Head } from '../model/model';
import type { Owner } from '../model/owned';
import type { Scorer } from '../model/scorer';
import type {
  Metrics,
  SavedRun,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import type { Learner } from './learner';

/** Where a run stands: as it was saved, or before its first step, with what its method counts beside the steps. */
export function progressOf(
  saved: SavedRun | undefined,
  beginning: Partial<TrainingProgress> & { steps: number },
): TrainingProgress {
  if (saved) return structuredClone(saved.progress);
  const { steps, ...counted } = beginning;
  const none = { optimizerSteps: {}, klCoefficient: 0, randomCounters: {}, dataCursor: 0 };
  return { step: 0, steps, ...none, ...counted };
}

/** Steps that go through `items` so many times; the last may come to items of one more pass. */
export const stepsOfPasses = (
  items: number,
  { epochs, batchSize }: { epochs: number; batchSize: number },
): number => Math.ceil((items * epochs) / batchSize);

/** A network that is asked and does not learn. It is not saved with a run: its own checkpoint holds it. */
export const frozen = (name: string, head: Head, { config, tensors }: Weights): Model =>
  new Model(name, config, head, tensors, false);

/** The reward model that is asked for scores; null where a rule or a person gives them. */
export const frozenReward = (scorer: Scorer | null): RewardEnsemble | null =>
  scorer === null || typeof scorer === 'function' ? null : new RewardEnsemble('reward', scorer);

/**
 * A run of these parts, which it owns from now on.
 * @param learners the first is what the run makes
 * @param asked frozen networks; null where the method has none
 */
export function trainingRun(
  learners: readonly [Learner, ...Learner[]],
  asked: readonly (Owner | null)[],
  progress: TrainingProgress,
  steps: AsyncGenerator<TrainingStep, void>,
): TrainingRun {
  const [learned] = learners;
  return {
    steps,
    progress,
    modelConfig: learned.model.config,
    save: async () => {
      const saved = [];
      for (const learner of learners) saved.push(await learner.save());
      return Object.assign({}, ...saved);
    },
    result: () => learned.result(),
    dispose: () => {
      for (const owner of [...learners, ...asked]) owner?.dispose();
    },
  };
}

/**
 * Count the step that was just taken.
 * @param undefinedWhere metrics that are NaN by definition in some steps
 * @throws TrainingError where a metric is no number; the progress then stays at the step before
 */
export function finishStep(
  progress: TrainingProgress,
  learners: readonly Learner[],
  metrics: Metrics,
  undefinedWhere: readonly string[] = [],
): void {
  assertFiniteMetrics(metrics, progress.step + 1, undefinedWhere);
  progress.step += 1;
  progress.optimizerSteps = Object.fromEntries(
    learners.map(({ name, optimizer }) => [name, optimizer.step]),
  );
}

/** Whether a step is followed by a measurement on what was held out: every so many, and the last. */
export const isMeasured = (
  { step, steps }: TrainingProgress,
  heldOut: readonly unknown[],
  { evaluateEvery }: { evaluateEvery: number },
): boolean => heldOut.length > 0 && (step === steps || step % evaluateEvery === 0);
