/**
 * The exact lab: a task so small that the best possible policy is known, and what the methods of this lab
 * reach of it.
 *
 *     walks → SFT → the reference → its optimum J*(β) → PPO, RLOO, GRPO, DPO → J, reward and KL of each
 *
 * The stages are those of the lab; only the reward is a rule. They learn from samples, as everywhere, but
 * what they have learnt is measured by listing all walks, so the verdict holds no sampling error, and no
 * policy can lie above J*.
 */
import { bestOfNEstimate } from './algorithms/best-of-n';
import {
  exactBestOfN,
  exactOptimum,
  expectedReward,
  type Objective,
  type RewardDistribution,
} from './algorithms/exact-optimum';
import {
  exactObjective,
  rewardDistributions,
  type ExactObjective,
  type NextTokens,
  type ResponseTree,
} from './algorithms/exact-tree';
import { mean } from './algorithms/statistics';
import { sectionConfig, type ConfigChanges } from './config';
import { queryBatch } from './data/batches';
import { normal, seedOf, STREAM } from './data/random';
import { responseTexts } from './data/rollouts';
import type { Tokenizer } from './data/tokenizer';
import {
  nodeIds,
  WALK_QUERY,
  WALK_STEPS,
  walkDemonstrations,
  walkModel,
  walkPrompts,
  walkRewards,
  walkTokenizer,
} from './data/walks';
import { walkComparisons, type DrawnWalk } from './data/walks/comparisons';
import { parseGraph, type Graph } from './data/walks/graph';
import { CHOICES, walkRows, type WalkRows } from './data/walks/rows';
import { uniformWalker, walkTree } from './data/walks/tree';
import { generate } from './model/generate';
import { initialWeights } from './model/initial-weights';
import { Model } from './model/model';
import { nextTokenLogProbabilities } from './model/next-tokens';
import type { Metrics, Progress, Prompt, TrainingRun, Weights } from './records';
import { sft } from './stages/2-sft';
import { policyGradient } from './stages/6-policy-gradient';
import { ppo } from './stages/6-ppo';
import { preferences } from './stages/6-preferences';

/** The methods that are measured, in order. */
export const EXACT_METHODS = ['ppo', 'rloo', 'grpo', 'dpo'] as const;
export type ExactMethod = (typeof EXACT_METHODS)[number];

/** Settings that suit this task: a thousandth of a small language model, and responses of nine tokens. */
export const EXACT_CONFIG = {
  lengths: { promptTokens: 4, responseTokens: WALK_STEPS },
  sft: {
    epochs: 1,
    batchSize: 128,
    learningRate: 0.01,
    schedule: 'linear',
    finalLearningRate: 0,
    beta2: 0.99,
    epsilon: 1e-8, // or the last of the probability of what is no edge would stay
  },
  ppo: {
    steps: 50,
    batchSize: 256,
    epochs: 4,
    learningRate: 1e-3,
    finalLearningRate: 0,
    valueLearningRate: 3e-3,
    missingEosScore: 0, // as the task has it
  },
  rloo: {
    steps: 80,
    batchSize: 160,
    responsesPerPrompt: 8,
    epochs: 2,
    learningRate: 2e-3,
    finalLearningRate: 0,
    missingEosScore: 0,
  },
  grpo: {
    steps: 80,
    batchSize: 160,
    responsesPerPrompt: 8,
    epochs: 2,
    learningRate: 2e-3,
    finalLearningRate: 0,
    missingEosScore: 0,
    // Reward and KL in one currency. k3 in the loss would have the gradient of KL(reference ‖ policy), which
    // is not that of J and grows much faster where a policy gives walks up.
    klPlace: 'reward',
    groupScale: 'unscaled',
    lossAverage: 'tokens',
  },
  dpo: { epochs: 4, batchSize: 128, learningRate: 1e-3, beta: 1 },
} as const satisfies ConfigChanges;

export interface ExactInputs {
  /** A graph as text; see `data/walks/graph.ts`. */
  graph: string;
  /** What one nat of KL costs, above 0. */
  beta: number;
  seed: number;
  /** Laid over `EXACT_CONFIG`. */
  config?: ConfigChanges;
  /** Walks that the reference learns from. */
  walks?: number;
  /** Responses of the reference to each start: what DPO learns from and best of n is estimated from. */
  draws?: number;
  methods?: readonly ExactMethod[];
}

/** A method on its way. `sampled` numbers are means over one rollout; others are sums over all walks. */
export interface ExactPoint extends Objective {
  method: ExactMethod;
  beta: number;
  step: number;
  sampled: boolean;
}

export type ExactEvent =
  { kind: 'progress'; progress: Progress } | { kind: 'point'; point: ExactPoint };

/** Best of n: drawn from the reference, and as it should be. */
export interface BestOfNRow {
  n: number;
  /** Mean over starts, estimated from `draws` responses of the reference to each. */
  reward: number;
  /** Of the reference, over all walks. */
  exact: number;
  /** Of the walker that takes every edge equally likely. */
  uniform: number;
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
  bestOfN: BestOfNRow[];
}

const DEFAULT_WALKS = 80_000;
const DEFAULT_DRAWS = 4096;
/** Pairs of each start that DPO learns from, at most. */
const LABELLED_PAIRS = 1024;
const BEST_OF = [1, 2, 4, 8, 16] as const;
/** Standard deviation of the first weights; ten times that of wide models. */
const INITIAL_DEVIATION = 0.2;

/** Everything that follows from the graph alone. */
interface Task {
  graph: Graph;
  tokenizer: Tokenizer;
  prompts: Prompt[];
  tree: ResponseTree;
  rows: WalkRows;
  /** Of the uniform walker. */
  uniform: RewardDistribution[];
}

/**
 * Train and measure. It may be left at any event and lets go of the device then.
 * @throws GraphError where the graph is none, ConfigError where a setting cannot be.
 */
export async function* runExact(inputs: ExactInputs): AsyncGenerator<ExactEvent, ExactVerdict> {
  const { beta, seed, methods = EXACT_METHODS } = inputs;
  const task = taskOf(parseGraph(inputs.graph));
  const uniformOptimum = exactOptimum(task.uniform, beta); // refuses a beta that cannot be

  const reference = yield* fineTuned(task, inputs);
  const ofReference = await nextTokens(task, reference);
  const distributions = rewardDistributions(task.tree, ofReference);
  const drawn = yield* draw(task, reference, inputs);
  const measured: Partial<Record<ExactMethod, ExactObjective>> = {};
  for (const method of methods) {
    const run = begin(method, task, reference, drawn, inputs);
    const policy = yield* trained(run, method.toUpperCase(), sampledPoint(method, beta));
    const ofPolicy = await nextTokens(task, policy.weights);
    const objective = exactObjective(task.tree, ofPolicy, ofReference, beta);
    measured[method] = objective;
    const { J, reward, kl } = objective;
    const point = { method, beta, step: policy.steps, J, reward, kl, sampled: false };
    yield { kind: 'point', point };
  }
  return {
    beta,
    seed,
    graph: inputs.graph.trim(),
    uniformOptimum,
    optimum: exactOptimum(distributions, beta),
    reference: {
      reward: expectedReward(distributions),
      invalid: exactObjective(task.tree, ofReference, ofReference, beta).invalid,
    },
    ...measured,
    bestOfN: BEST_OF.filter((n) => drawn.every(({ length }) => n <= length)).map((n) => ({
      n,
      reward: mean(drawn.map((walks) => bestOfNEstimateOf(walks, n))),
      exact: exactBestOfN(distributions, n),
      uniform: exactBestOfN(task.uniform, n),
    })),
  };
}

function taskOf(graph: Graph): Task {
  const tokenizer = walkTokenizer(graph);
  const walks = walkTree(graph);
  const ids = nodeIds(graph);
  const uniform = rewardDistributions(
    { ...walks, tokens: walks.nodes },
    uniformWalker(graph, walks),
  );
  return {
    graph,
    tokenizer,
    prompts: walkPrompts(graph),
    tree: { ...walks, tokens: Int32Array.from(walks.nodes, (node) => ids[node]!) },
    rows: walkRows(graph, walks, tokenizer.bosId, tokenizer.padId),
    uniform,
  };
}

/** ln p(token | beginning) of a model for every beginning of a walk, over the whole vocabulary. */
async function nextTokens({ rows, tokenizer }: Task, weights: Weights): Promise<NextTokens> {
  return {
    V: tokenizer.vocabSize,
    rowOf: rows.rowOf,
    logProbabilities: await nextTokenLogProbabilities(weights, rows, rows.B, CHOICES),
  };
}

// ── Training ──────────────────────────────────────────────────────────────────────────────────────

/** The config of a section: the task's own, with the caller's changes over it. */
const settings = <S extends keyof typeof EXACT_CONFIG>(section: S, { config }: ExactInputs) =>
  sectionConfig(section, { ...EXACT_CONFIG[section], ...config?.[section] });

/** The reference: a small model that has read many walks. */
async function* fineTuned(
  { graph, tokenizer }: Task,
  inputs: ExactInputs,
): AsyncGenerator<ExactEvent, Weights> {
  const { seed, walks = DEFAULT_WALKS } = inputs;
  const base = initialWeights(walkModel(tokenizer), INITIAL_DEVIATION, (i) => normal(seed, STREAM.initialisation, i)); // prettier-ignore
  const train = walkDemonstrations(graph, walks, seed);
  const lengths = settings('lengths', inputs);
  const run = sft({ base, train, heldOut: [], tokenizer, lengths, seed }, settings('sft', inputs));
  const { weights } = yield* trained(run, 'Learning from walks', () => null);
  return weights;
}

/** A point of what one rollout measured, where the method rolls out. */
const sampledPoint =
  (method: ExactMethod, beta: number) =>
  (metrics: Metrics, step: number): ExactPoint | null => {
    const reward = metrics['objective/scores'];
    const kl = metrics['objective/kl'];
    if (reward === undefined || kl === undefined) return null;
    return { method, beta, step, reward, kl, J: reward - beta * kl, sampled: true };
  };

function begin(
  method: ExactMethod,
  { graph, tokenizer, prompts }: Task,
  reference: Weights,
  drawn: readonly (readonly DrawnWalk[])[],
  inputs: ExactInputs,
): TrainingRun {
  const { seed, beta } = inputs;
  const lengths = settings('lengths', inputs);
  const reward = (responses: Parameters<typeof walkRewards>[1]) => walkRewards(graph, responses);
  const given = { reference, reward, prompts, tokenizer, lengths, seed, runId: method };
  switch (method) {
    case 'ppo':
      return ppo(given, { ...settings('ppo', inputs), klCoefficient: beta });
    case 'rloo':
      return policyGradient(given, { method, config: { ...settings('rloo', inputs), klCoefficient: beta } }); // prettier-ignore
    case 'grpo':
      return policyGradient(given, { method, config: { ...settings('grpo', inputs), klCoefficient: beta } }); // prettier-ignore
    case 'dpo': {
      const config = settings('dpo', inputs);
      const pairs = Math.min(LABELLED_PAIRS, Math.floor(drawn[0]!.length / 2));
      const train = walkComparisons(prompts, drawn, pairs, {
        temperature: beta / config.beta,
        seed,
      });
      return preferences({ ...given, train, heldOut: [] }, { method, config });
    }
    default:
      return method satisfies never;
  }
}

/** Train to the end, telling of every step, and let go of the device whatever happens. */
async function* trained(
  run: TrainingRun,
  what: string,
  pointOf: (metrics: Metrics, step: number) => ExactPoint | null,
): AsyncGenerator<ExactEvent, { weights: Weights; steps: number }> {
  try {
    let done = 0;
    for await (const { step, steps, metrics } of run.steps) {
      done = step;
      const point = pointOf(metrics, step);
      if (point) yield { kind: 'point', point };
      yield { kind: 'progress', progress: { done: step, total: steps, what } };
    }
    return { weights: await run.result(), steps: done };
  } finally {
    run.dispose();
  }
}

// ── What the reference says ───────────────────────────────────────────────────────────────────────

/** Responses that are drawn together. */
const DRAWN_TOGETHER = 512;

/** Responses of the reference to every prompt, with what they earn: as many lists as prompts. */
async function* draw(
  { graph, tokenizer, prompts }: Task,
  reference: Weights,
  { seed, draws = DEFAULT_DRAWS }: ExactInputs,
): AsyncGenerator<ExactEvent, DrawnWalk[][]> {
  const walks = prompts.map((): DrawnWalk[] => []);
  const total = draws * prompts.length;
  const model = new Model('drawn', reference.config, 'language', reference.tensors, false);
  try {
    for (let first = 0; first < total; first += DRAWN_TOGETHER) {
      const streams = Array.from({ length: DRAWN_TOGETHER }, (_, i) => first + i);
      const asked = streams.map((stream) => prompts[stream % prompts.length]!);
      const queries = queryBatch(asked, tokenizer, WALK_QUERY);
      const decoding = { responseTokens: WALK_STEPS, temperature: 1, topK: 0, topP: 1, streams };
      const drawn = await generate(model, queries.ids, queries.mask, {
        ...decoding,
        seed: seedOf(seed, STREAM.samples),
      });
      const rewards = walkRewards(graph, { ...drawn, prompts: asked });
      const texts = responseTexts(drawn, tokenizer);
      streams.forEach((stream, row) => {
        if (stream < total)
          walks[stream % prompts.length]!.push({ text: texts[row]!, reward: rewards[row]! });
      });
      const done = Math.min(total, first + DRAWN_TOGETHER);
      yield { kind: 'progress', progress: { done, total, what: 'Drawing from the reference' } };
    }
    return walks;
  } finally {
    model.dispose();
  }
}

/** Best of n of one prompt's walks. The rule is proxy and gold at once. */
function bestOfNEstimateOf(walks: readonly DrawnWalk[], n: number): number {
  const rewards = walks.map(({ reward }) => reward);
  return bestOfNEstimate(rewards, rewards, n);
}
