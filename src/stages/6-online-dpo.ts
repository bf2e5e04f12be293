/**
 * Stage 6 click by click: online direct preference optimization (Guo 2024). One step:
 *
 *   1. sample prompts, each answered twice by the policy as it is now
 *   2. a judge prefers one answer of each pair: the reward model, a rule, or a person
 *   3. one step of DPO on the pairs that could be told apart
 *
 * A person who judges needs no reward model: every click moves the policy, and the next answers are already
 * those of the moved one. Their rankings come with the step, to be stored like any others.
 */
import * as tf from '@tensorflow/tfjs-core';
import { preferenceLoss } from '../algorithms/dpo';
import { lossGradients } from '../algorithms/gradients';
import { readStacked, stacked } from '../algorithms/measured';
import {
  Optimizer,
  scheduledOptions,
  type OptimizerOptions,
  type SavedOptimizer,
} from '../algorithms/optimizer';
import { checkSampling, PpoError } from '../algorithms/ppo-checks';
import { rolloutMetrics } from '../algorithms/ppo-metrics';
import { applyMissingEosScore } from '../algorithms/rewards';
import { assertFiniteMetrics } from '../algorithms/training-checks';
import type { LengthsConfig, OnlineDpoConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { cycle, STREAM, seedOf } from '../data/random';
import { meanGold, responseTexts } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { responseLogProbabilities } from '../model/heads';
import { Model, prefixed, unprefixed } from '../model/model';
import { makeOwned } from '../model/owned';
import { rollOut, type DrawnResponses } from '../model/rollout';
import { rowTensors, takeRows, takeTokenRows } from '../model/rows';
import { scoresOf, type Scorer } from '../model/scorer';
import type {
  Labeler,
  Metrics,
  Prompt,
  Ranking,
  Sample,
  SavedRun,
  TensorRecords,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import { exactDivide, type PerRow } from '../shapes';

/** A reward model or a rule, or whoever ranks. */
export type Judge = { scorer: Scorer } | { labeler: Labeler };

export interface OnlineDpoInputs {
  /** What the policy starts as, and is compared with. */
  reference: Weights;
  judge: Judge;
  /** Queries to sample from; training prompts only. */
  prompts: Prompt[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
  runId: string;
  /** Told of every ranking as soon as a labeler gave it, so that no click is lost; the step waits for it. */
  onRanking?: (ranking: Ranking) => Promise<void> | void;
}

interface State {
  policy: Model;
  reference: Model;
  value: null;
  /** Null where there is no reward model. */
  reward: Model | null;
  optimizer: Optimizer;
  progress: TrainingProgress;
}

/** Begin online DPO, or go on from where `saved` left off. */
export function onlineDpo(
  inputs: OnlineDpoInputs,
  config: OnlineDpoConfig,
  saved?: SavedRun,
): TrainingRun {
  // prettier-ignore
  if (inputs.prompts.length === 0)
    throw new PpoError('There are no training prompts to sample from. Add or import some.');
  const state = saved ? resume(inputs, saved) : begin(inputs, config);
  const { policy, reference, reward, optimizer, progress } = state;
  return {
    steps: steps(state, inputs, config),
    progress,
    save: async () => ({
      ...prefixed('policy', await policy.records()),
      ...prefixed('policy-optimizer', await optimizer.readMoments()),
    }),
    modelConfig: policy.config,
    result: async () => ({ config: policy.config, tensors: await policy.records() }),
    dispose: () => {
      for (const owner of [policy, reference, reward, optimizer]) owner?.dispose();
    },
  };
}

const begin = (inputs: OnlineDpoInputs, config: OnlineDpoConfig): State => ({
  ...models(inputs, inputs.reference.tensors),
  progress: {
    step: 0,
    steps: config.steps,
    optimizerSteps: { policy: 0 },
    klCoefficient: 0,
    randomCounters: { episodes: 0 },
    dataCursor: 0,
  },
});

function resume(inputs: OnlineDpoInputs, { tensors, progress }: SavedRun): State {
  const optimizer = {
    step: progress.optimizerSteps.policy ?? 0,
    moments: unprefixed('policy-optimizer', tensors),
  };
  return {
    ...models(inputs, unprefixed('policy', tensors), optimizer),
    progress: structuredClone(progress),
  };
}

const models = (
  { reference, judge }: OnlineDpoInputs,
  policy: TensorRecords,
  optimizer?: SavedOptimizer,
) =>
  // prettier-ignore
  makeOwned((own) => {
    const ofPolicy = own(new Model('policy', reference.config, 'language', policy));
    const scorer = 'scorer' in judge ? judge.scorer : null;
    const reward = scorer === null || typeof scorer === 'function' ? null : scorer;
    return {
      policy: ofPolicy,
      reference: own(new Model('reference', reference.config, 'language', reference.tensors, false)), // prettier-ignore
      value: null,
      reward: reward && own(new Model('reward', reward.config, 'scalar', reward.tensors, false)),
      optimizer: own(new Optimizer(ofPolicy.parameters, optimizer)),
    };
  });

// ── The steps ─────────────────────────────────────────────────────────────────────────────────────

async function* steps(
  state: State,
  inputs: OnlineDpoInputs,
  config: OnlineDpoConfig,
): AsyncGenerator<TrainingStep, void> {
  const { progress, optimizer } = state;
  const P = queryWidth(inputs.prompts, inputs.tokenizer, inputs.lengths.promptTokens);
  while (progress.step < progress.steps) {
    const answers = await sampleAnswers(state, inputs, config, P); // 1
    const { scores, chosen, rejected } = await judgeAnswers(answers, state, inputs, config); // 2
    const options = scheduledOptions(config, config.learningRate, progress.step, progress.steps);
    const update =
      chosen.length > 0 ? await learn(state, answers, chosen, rejected, config, options) : {}; // 3 prettier-ignore
    const gold = meanGold(answers.prompts, answers.texts);
    const { 'objective/kl_coef': _, 'objective/non_score_reward': __, 'objective/rlhf_reward': ___, ...measured } = rolloutMetrics({ ...answers, scores, klCoefficient: 0 }); // prettier-ignore
    const metrics: Metrics = {
      ...measured,
      ...update,
      'val/contain_ties': config.batchSize - chosen.length,
      ...(gold === null ? {} : { 'objective/gold': gold }),
      episode: (progress.step + 1) * 2 * config.batchSize,
      lr: options.learningRate,
    };
    assertFiniteMetrics(metrics, progress.step + 1);
    progress.step += 1;
    progress.optimizerSteps = { policy: optimizer.step };
    const tokens = answers.lengths.reduce((a, b) => a + b, 0);
    yield { step: progress.step, steps: progress.steps, tokens, metrics };
  }
}

/** Two answers to each prompt, one after the other (2B rows). */
interface Answers extends DrawnResponses {
  prompts: Prompt[];
  texts: string[];
}

async function sampleAnswers(
  state: State,
  { prompts: all, tokenizer, lengths, seed }: OnlineDpoInputs,
  config: OnlineDpoConfig,
  P: number,
): Promise<Answers> {
  const { progress } = state;
  const asked = cycle(all, progress.dataCursor, config.batchSize, seed, STREAM.queries);
  progress.dataCursor += config.batchSize;
  const prompts = asked.flatMap((prompt) => [prompt, prompt]); // (2B)
  const first = progress.randomCounters.episodes ?? 0;
  progress.randomCounters.episodes = first + prompts.length;
  const drawn = await rollOut(state, queryBatch(prompts, tokenizer, P), config, {
    responseTokens: lengths.responseTokens, // R
    seed: seedOf(seed, STREAM.rollouts),
    streams: prompts.map((_, row) => first + row),
  });
  checkSampling(drawn.sampledLogProbabilities, drawn.logProbabilities, drawn.mask);
  return { ...drawn, prompts, texts: responseTexts(drawn, tokenizer) };
}

/** Rows of the preferred answers and of the others, pair by pair, and what the judge gave each answer (2B). */
interface Verdict {
  scores: ArrayLike<number>;
  chosen: number[];
  rejected: number[];
}

async function judgeAnswers(
  answers: Answers,
  state: State,
  inputs: OnlineDpoInputs,
  config: OnlineDpoConfig,
): Promise<Verdict> {
  const { judge } = inputs;
  const scores =
    'labeler' in judge
      ? await rankedScores(judge.labeler, answers, state, inputs, config)
      : applyMissingEosScore(scoresOf(judge.scorer, answers, answers.rawScores), answers.finished, config.missingEosScore); // prettier-ignore
  const [chosen, rejected]: [number[], number[]] = [[], []];
  for (let row = 0; row < answers.texts.length; row += 2) {
    if (scores[row] === scores[row + 1]) continue;
    const firstWins = scores[row]! > scores[row + 1]!;
    chosen.push(firstWins ? row : row + 1);
    rejected.push(firstWins ? row + 1 : row);
  }
  return { scores, chosen, rejected };
}

/** 1 for an answer that a labeler preferred, 0 for one that lost, 1/2 where it was tied or skipped. */
async function rankedScores(
  labeler: Labeler,
  { prompts, texts, lengths, finished }: Answers,
  { progress }: State,
  { runId, seed, onRanking }: OnlineDpoInputs,
  { temperature }: OnlineDpoConfig,
): Promise<Float32Array> {
  const scores = new Float32Array(texts.length).fill(0.5);
  for (let row = 0; row < texts.length; row += 2) {
    const sample: Sample = {
      id: `${runId}:${progress.step + 1}:${row / 2}`,
      prompt: prompts[row]!,
      checkpointId: runId,
      temperature,
      seed,
      responses: [row, row + 1].map((i) => ({ text: texts[i]!, tokens: lengths[i]!, finished: finished[i]! })), // prettier-ignore
      createdAt: 0,
    };
    const ranking = await labeler.rank(sample);
    await onRanking?.(ranking);
    const [first, second] = ranking.ranks;
    if (ranking.verdict === 'skipped' || first === undefined || second === undefined || first === second) continue; // prettier-ignore
    scores[row] = first < second ? 1 : 0;
    scores[row + 1] = first < second ? 0 : 1;
  }
  return scores;
}

// ── 3: the update ─────────────────────────────────────────────────────────────────────────────────

const STATISTICS = ['loss', 'chosenReward', 'rejectedReward', 'accuracy', 'norm'] as const;

async function learn(
  { policy, optimizer }: State,
  answers: Answers,
  chosen: number[],
  rejected: number[],
  config: OnlineDpoConfig,
  options: OptimizerOptions,
): Promise<Metrics> {
  const { responseLength: R, lengths } = answers;
  const T = exactDivide(answers.rows.ids.length, lengths.length, 'Ids by rows');
  const pairCount = chosen.length;
  // Every batch has one shape: pairs that were tied are stood in for by the first, and count nothing.
  const filled = (rows: number[]) => [...rows, ...Array<number>(config.batchSize - pairCount).fill(rows[0]!)]; // prettier-ignore
  const order = [...filled(chosen), ...filled(rejected)]; // (2B)
  const measured = tf.tidy(() => {
    const { ids, mask: rowMask } = rowTensors(takeTokenRows(answers.rows, order, T), order.length);
    const mask = tf.tensor2d(takeRows(answers.mask, order, R), [order.length, R]);
    const known = tf.tensor2d(takeRows(answers.referenceLogProbabilities, order, R), [order.length, R]); // prettier-ignore
    const perToken: PerRow = tf.div(1, tf.sum(mask, 1)); // (2B)
    const whole = (logs: tf.Tensor2D): [PerRow, PerRow] => {
      const sums: PerRow = tf.sum(tf.mul(logs, mask), 1); // (2B)
      const each = config.lengthAveraged ? tf.mul<PerRow>(sums, perToken) : sums;
      return [tf.slice(each, [0], [pairCount]), tf.slice(each, [config.batchSize], [pairCount])];
    };
    const [referenceChosen, referenceRejected] = whole(known);
    const { loss, statistics, gradients } = lossGradients(policy.parameters, () => {
      const { logProbabilities } = responseLogProbabilities(policy, ids, rowMask, R, config.temperature); // prettier-ignore
      const [policyChosen, policyRejected] = whole(logProbabilities);
      const { loss: kind, beta, labelSmoothing } = config;
      const smoothed = kind === 'dpo' || kind === 'robust' ? { kind, beta, labelSmoothing } : { kind, beta }; // prettier-ignore
      const batch = { policyChosen, policyRejected, referenceChosen, referenceRejected, pairCount };
      const { loss, statistics } = preferenceLoss(batch, smoothed);
      if (config.nllCoefficient === 0) return { loss, statistics };
      const tokens = chosen.reduce((sum, row) => sum + lengths[row]!, 0);
      const logs = tf.slice(tf.sum(tf.mul(logProbabilities, mask), 1), [0], [pairCount]);
      const nll = tf.mul<tf.Scalar>(tf.sum(logs), -config.nllCoefficient / tokens);
      return { loss: tf.add<tf.Scalar>(loss, nll), statistics };
    });
    return stacked(STATISTICS, { ...statistics, loss, norm: optimizer.apply(gradients, options) });
  });
  const [values] = await readStacked(STATISTICS, [measured]);
  measured.dispose();
  const { loss, chosenReward, rejectedReward, accuracy, norm } = values!;
  return {
    'loss/train': loss,
    'rewards/chosen': chosenReward,
    'rewards/rejected': rejectedReward,
    'rewards/margins': chosenReward - rejectedReward,
    'rewards/accuracies': accuracy,
    'policy/grad_norm': norm,
  };
}
