/**
 * The exact lab: a task so small that the best possible policy is known, and what the methods of this lab
 * reach of it.
 *
 *     walks → SFT → the reference → its frontier J*(β) → PPO, RLOO, GRPO, DPO → J, reward and KL of each
 *
 * The stages are those of the lab; only the reward is a rule. They learn from samples, as everywhere, but
 * what they have learnt is measured by listing all walks, so the verdict holds no sampling error, and no
 * policy can lie above J*.
 */
import {
  exactBestOfN,
  exactBestOfNKl,
  exactFrontier,
  exactOptimum,
  expectedReward,
  frontierPrices,
  type Objective,
} from './algorithms/exact-optimum';
import { rewardDistributions, type ExactObjective, type NextTokens } from './algorithms/exact-tree';
import { mean } from './algorithms/statistics';
import type { ConfigChanges } from './config';
import type { DrawnWalk } from './data/walks/comparisons';
import { parseGraph } from './data/walks/graph';
import { draw, drawnBestOfN } from './exact-lab/drawing';
import { BEST_OF, DEFAULT_DRAWS, DEFAULT_WALKS } from './exact-lab/settings';
import { measure, nextTokens, taskOf } from './exact-lab/task';
import { beginMethod, beginReference, type Common } from './exact-lab/training';
import type { Metrics, TrainingRun, TrainingStep, Weights } from './records';
import {
  EXACT_METHODS,
  type ExactBestOfN,
  type ExactEvent,
  type ExactMethod,
  type ExactPoint,
  type ExactReference,
  type ExactRequest,
} from './studies';

export interface ExactInputs extends Omit<ExactRequest, 'methods'> {
  /** All of them unless given. */
  methods?: readonly ExactMethod[];
  /** Laid over `EXACT_CONFIG`. */
  config?: ConfigChanges;
  /** Walks that the reference learns from. */
  walks?: number;
  /** Responses of the reference to each start: what DPO learns from and best of n is estimated from. */
  draws?: number;
  /** How often each method is measured over all walks before its end; each takes a second or two. */
  looks?: number;
}

export interface ExactVerdict extends Partial<Record<ExactMethod, ExactObjective>> {
  beta: number;
  seed: number;
  graph: string;
  /** The optimum against the walker that takes every edge equally likely. */
  uniformOptimum: Objective;
  /** The optimum against the reference that was used. */
  optimum: Objective;
  /** The reference itself: its reward, and the probability of a step that is no edge. */
  reference: { reward: number; invalid: number };
  /** `reward` is the mean over starts, estimated from `draws` responses of the reference to each. */
  bestOfN: (ExactBestOfN & { reward: number })[];
}

/**
 * Train and measure. It may be left at any event and lets go of the device then.
 * @throws GraphError where the graph is none, ConfigError where a setting cannot be.
 */
export async function* runExact(inputs: ExactInputs): AsyncGenerator<ExactEvent, ExactVerdict> {
  const { beta, seed, methods = EXACT_METHODS, config } = inputs;
  const common: Common = { task: taskOf(parseGraph(inputs.graph)), beta, seed, config };
  exactOptimum(common.task.uniform, beta); // refuses a price that cannot be, before anything is trained

  const begun = beginReference(common, inputs.walks ?? DEFAULT_WALKS);
  const model = yield* trained(begun, 'Learning from walks', async () => []);
  const reference = { model, next: await nextTokens(common.task, model) };
  const known = knownOf(common, reference.next);
  yield { kind: 'reference', reference: known };

  const drawn = yield* progressOf(draw(common.task, model, { draws: inputs.draws ?? DEFAULT_DRAWS, seed })); // prettier-ignore
  const measured: Partial<Record<ExactMethod, ExactObjective>> = {};
  for (const method of methods)
    measured[method] = yield* measuredMethod(method, common, reference, drawn, inputs.looks ?? 0);
  return {
    beta,
    seed,
    graph: inputs.graph.trim(),
    uniformOptimum: objectiveOf(known.uniformOptimum),
    optimum: objectiveOf(known.optimum),
    reference: { reward: known.reward, invalid: known.invalid },
    ...measured,
    bestOfN: known.bestOfN
      .filter(({ n }) => drawn.every(({ length }) => n <= length))
      .map((row) => ({ ...row, reward: mean(drawn.map((walks) => drawnBestOfN(walks, row.n))) })),
  };
}

interface Reference {
  model: Weights;
  next: NextTokens;
}

/** What follows from the reference without training anything. */
function knownOf({ task, beta }: Common, next: NextTokens): ExactReference {
  const distributions = rewardDistributions(task.tree, next);
  const { invalid, flows } = measure(task, next, next, beta);
  return {
    reward: expectedReward(distributions),
    invalid,
    flows,
    frontier: exactFrontier(distributions, frontierPrices()),
    optimum: { beta, ...exactOptimum(distributions, beta) },
    uniformOptimum: { beta, ...exactOptimum(task.uniform, beta) },
    bestOfN: BEST_OF.map((n) => ({
      n,
      exact: exactBestOfN(distributions, n),
      kl: exactBestOfNKl(distributions, n),
      uniform: exactBestOfN(task.uniform, n),
    })),
  };
}

const objectiveOf = ({ J, reward, kl }: Objective): Objective => ({ J, reward, kl });

/** Train one method, telling where it stands on its way, and measure what it came to. */
async function* measuredMethod(
  method: ExactMethod,
  common: Common,
  reference: Reference,
  drawn: readonly (readonly DrawnWalk[])[],
  looks: number,
): AsyncGenerator<ExactEvent, ExactObjective> {
  const { task, beta } = common;
  const resultOf = async (weights: Weights) =>
    measure(task, await nextTokens(task, weights), reference.next, beta);
  const run = beginMethod(method, common, reference.model, drawn);
  const { steps } = run.progress;
  const measuredAt = stepsToMeasure(steps, looks);
  const policy = yield* trained(run, method.toUpperCase(), async ({ step, metrics }) => {
    const points = sampledPoint(method, beta, metrics, { step, steps });
    if (!measuredAt.has(step)) return points;
    const { J, reward, kl } = await resultOf(await run.result());
    return [...points, { method, beta, step, steps, J, reward, kl, sampled: false }];
  });
  const result = await resultOf(policy);
  const { flows: _, ...objective } = result;
  const { J, reward, kl } = objective;
  yield { kind: 'point', point: { method, beta, step: steps, steps, J, reward, kl, sampled: false } }; // prettier-ignore
  yield { kind: 'result', method, result };
  return objective;
}

/** The early steps go furthest, so they are measured more often: at (i / (looks + 1))² of the way. */
export function stepsToMeasure(steps: number, looks: number): Set<number> {
  const at = Array.from({ length: looks }, (_, i) => Math.round(steps * ((i + 1) / (looks + 1)) ** 2)); // prettier-ignore
  return new Set(at.filter((step) => step >= 1 && step < steps));
}

/** What one rollout measured, where the method rolls out. */
function sampledPoint(
  method: ExactMethod,
  beta: number,
  metrics: Metrics,
  at: { step: number; steps: number },
): ExactPoint[] {
  const reward = metrics['objective/scores'];
  const kl = metrics['objective/kl'];
  if (reward === undefined || kl === undefined) return [];
  return [{ method, beta, ...at, reward, kl, J: reward - beta * kl, sampled: true }];
}

/** Train to the end, telling of every step, and let go of the device whatever happens. */
async function* trained(
  run: TrainingRun,
  what: string,
  pointsOf: (step: TrainingStep) => Promise<ExactPoint[]>,
): AsyncGenerator<ExactEvent, Weights> {
  try {
    for await (const step of run.steps) {
      for (const point of await pointsOf(step)) yield { kind: 'point', point };
      yield { kind: 'progress', progress: { done: step.step, total: step.steps, what } };
    }
    return await run.result();
  } finally {
    run.dispose();
  }
}

/** The progress of some work as events of the lab. */
async function* progressOf<Result>(
  work: AsyncGenerator<{ done: number; total: number; what: string }, Result>,
): AsyncGenerator<ExactEvent, Result> {
  try {
    for (;;) {
      const next = await work.next();
      if (next.done) return next.value;
      yield { kind: 'progress', progress: next.value };
    }
  } finally {
    // Ends a generator that was left before its end; one that has ended takes no notice.
    await work.return(undefined as never);
  }
}
