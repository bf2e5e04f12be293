/** Which stages are done, running, stale or next, by what is stored. Pure, so that it can be tested. */
import { METHOD_NEEDS, methodOf } from '../../config';
import {
  STAGES,
  type Checkpoint,
  type Evaluation,
  type Ranking,
  type Sample,
  type Stage,
} from '../../records';

export type StageState = 'done' | 'running' | 'stale' | 'next' | 'idle';
export interface StageView {
  stage: Stage;
  state: StageState;
  /** Things made: labels, samples, or trained models. */
  count: number;
}

type Model = Pick<Checkpoint, 'id' | 'stage' | 'kind' | 'parentId' | 'createdAt'> &
  Partial<Pick<Checkpoint, 'config'>>;

/** What the states follow from; each list oldest first. */
export interface StageFacts {
  demonstrations: readonly { createdAt: number }[];
  samples: readonly Pick<Sample, 'checkpointId'>[];
  rankings: readonly Pick<Ranking, 'createdAt'>[];
  evaluations: readonly Pick<Evaluation, 'checkpointId'>[];
  checkpoints: readonly Model[];
  running: Stage | null;
}

export function stageViews(facts: StageFacts): StageView[] {
  let nextIsTaken = false;
  return STAGES.map((stage) => {
    const count = countOf(stage, facts);
    if (facts.running === stage) return { stage, count, state: 'running' };
    if (count > 0) return { stage, count, state: isStale(stage, facts) ? 'stale' : 'done' };
    const state = nextIsTaken ? 'idle' : 'next';
    nextIsTaken = true;
    return { stage, count, state };
  });
}

function countOf(stage: Stage, facts: StageFacts): number {
  switch (stage) {
    case 'demonstrations':
      return facts.demonstrations.length;
    case 'samples':
      return facts.samples.length;
    case 'rankings':
      return facts.rankings.length;
    case 'evaluation':
      return facts.evaluations.length;
    case 'sft':
    case 'reward-model':
    case 'ppo':
      return modelsOf(stage, facts).length;
    default:
      return stage satisfies never;
  }
}

/**
 * Whether what a stage made does not come from the newest of what it is made from. Models are known by
 * their ids; labels, which no model names, by their time.
 */
function isStale(stage: Stage, facts: StageFacts): boolean {
  const newest = (trained: Stage) => modelsOf(trained, facts).at(-1);
  const [sft, reward, ppo] = [newest('sft'), newest('reward-model'), newest('ppo')];
  const isOlder = (model: Model | undefined, than: Model | undefined) =>
    model !== undefined && than !== undefined && model.createdAt < than.createdAt;
  switch (stage) {
    case 'demonstrations':
    // A ranking is a person's work and never goes stale by itself.
    case 'rankings':
      return false;
    case 'sft':
      return facts.demonstrations.some(({ createdAt }) => createdAt > (sft?.createdAt ?? 0));
    case 'samples':
      // Those of an optimised model are as good: the next round begins with them.
      return ![sft, ppo].some((model) => model?.id === facts.samples.at(-1)?.checkpointId);
    case 'reward-model':
      return (
        isOlder(reward, sft) ||
        facts.rankings.some(({ createdAt }) => createdAt > (reward?.createdAt ?? 0))
      );
    case 'ppo':
      return (
        isOlder(ppo, sft) ||
        (METHOD_NEEDS[methodOf(ppo?.config ?? {})].reward
          ? isOlder(ppo, reward)
          : facts.rankings.some(({ createdAt }) => createdAt > (ppo?.createdAt ?? 0)))
      );
    case 'evaluation':
      return ppo !== undefined && facts.evaluations.at(-1)?.checkpointId !== ppo.id;
    default:
      return stage satisfies never;
  }
}

/** Finished models of a training stage, oldest first. */
function modelsOf(stage: Stage, { checkpoints }: StageFacts): Model[] {
  return checkpoints
    .filter((each) => each.stage === stage && each.kind === 'model')
    .sort((a, b) => a.createdAt - b.createdAt);
}
