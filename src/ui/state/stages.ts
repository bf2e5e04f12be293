/** Which stages are done, running, stale or next, by what is stored. Pure, so that it can be tested. */
import { STAGES, type Checkpoint, type Evaluation, type Stage } from '../../records';

export type StageState = 'done' | 'running' | 'stale' | 'next' | 'idle';
export interface StageView {
  stage: Stage;
  state: StageState;
  /** Things made: labels, samples, or trained models. */
  count: number;
  /** When the newest was made, milliseconds since 1970; 0 where there is none. */
  madeAt: number;
}

/** What the states follow from. */
export interface StageFacts {
  demonstrations: readonly { createdAt: number }[];
  samples: readonly { createdAt: number }[];
  rankings: readonly { createdAt: number }[];
  evaluations: readonly Pick<Evaluation, 'createdAt'>[];
  checkpoints: readonly Pick<Checkpoint, 'stage' | 'kind' | 'createdAt'>[];
  running: Stage | null;
}

/** What each stage is made from: it is stale when one of these is newer than it. */
const MADE_FROM: Record<Stage, readonly Stage[]> = {
  demonstrations: [],
  sft: ['demonstrations'],
  samples: ['sft'],
  // A ranking is a person's work and never goes stale by itself.
  rankings: [],
  'reward-model': ['sft', 'rankings'],
  ppo: ['sft', 'reward-model'],
  evaluation: ['sft', 'ppo'],
};

export function stageViews(facts: StageFacts): StageView[] {
  const made = madeBy(facts);
  const madeAt = (stage: Stage) => Math.max(0, ...made[stage].map((each) => each.createdAt));
  let nextIsTaken = false;
  return STAGES.map((stage) => {
    const count = made[stage].length;
    const view = { stage, count, madeAt: madeAt(stage) };
    if (facts.running === stage) return { ...view, state: 'running' };
    if (count > 0) {
      const isStale = MADE_FROM[stage].some((before) => madeAt(before) > view.madeAt);
      return { ...view, state: isStale ? 'stale' : 'done' };
    }
    const state = nextIsTaken ? 'idle' : 'next';
    nextIsTaken = true;
    return { ...view, state };
  });
}

function madeBy(facts: StageFacts): Record<Stage, readonly { createdAt: number }[]> {
  const models = (stage: Stage) =>
    facts.checkpoints.filter((each) => each.stage === stage && each.kind === 'model');
  return {
    demonstrations: facts.demonstrations,
    sft: models('sft'),
    samples: facts.samples,
    rankings: facts.rankings,
    'reward-model': models('reward-model'),
    ppo: models('ppo'),
    evaluation: facts.evaluations,
  };
}
