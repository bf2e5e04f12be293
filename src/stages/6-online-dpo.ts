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
import { scheduledOptions, type OptimizerOptions } from '../algorithms/optimizer';
import { rolloutMetrics } from '../algorithms/ppo-metrics';
import { applyMissingEosScore } from '../algorithms/rewards';
import type { LengthsConfig, OnlineDpoConfig } from '../config';
import { queryWidth } from '../data/batches';
import { meanGold } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { responseLogProbabilities } from '../model/heads';
import type { RewardEnsemble } from '../model/members';
import type { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { rowTensors, takeRows, takeTokenRows } from '../model/rows';
import { scoresOf, type Scorer } from '../model/scorer';
import type {
  Labeler,
  Metrics,
  Prompt,
  Ranking,
  Sample,
  SavedRun,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import { exactDivide, type PerRow } from '../shapes';
import { assertPrompts, drawEpisodes, type Episodes } from '../training/episodes';
import { Learner } from '../training/learner';
import { finishStep, frozen, frozenReward, progressOf, trainingRun } from '../training/run';

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
  policy: Learner;
  reference: Model;
  /** Null where there is no reward model. */
  reward: RewardEnsemble | null;
  queryTokens: number; // P
  progress: TrainingProgress;
}

/** Begin online DPO, or go on from where `saved` left off. */
export function onlineDpo(
  inputs: OnlineDpoInputs,
  config: OnlineDpoConfig,
  saved?: SavedRun,
): TrainingRun {
  const { prompts, judge, tokenizer, lengths } = inputs;
  assertPrompts(prompts);
  const state = makeOwned((own): State => ({
    policy: own(new Learner('policy', 'language', inputs.reference, { saved })),
    reference: own(frozen('reference', 'language', inputs.reference)),
    reward: own(frozenReward('scorer' in judge ? judge.scorer : null)),
    queryTokens: queryWidth(prompts, tokenizer, lengths.promptTokens),
    progress: progressOf(saved, { steps: config.steps, randomCounters: { episodes: 0 } }),
  }));
  const { policy, reference, reward, progress } = state;
  return trainingRun([policy], [reference, reward], progress, steps(state, inputs, config));
}

// ── The steps ─────────────────────────────────────────────────────────────────────────────────────

async function* steps(
  state: State,
  inputs: OnlineDpoInputs,
  config: OnlineDpoConfig,
): AsyncGenerator<TrainingStep, void> {
  const { policy, progress } = state;
  while (progress.step < progress.steps) {
    const answers = await sampleAnswers(state, inputs, config); // 1
    const { scores, chosen, rejected } = await judgeAnswers(answers, state, inputs, config); // 2
    const options = scheduledOptions(config, config.learningRate, progress.step, progress.steps);
    const update =
      chosen.length > 0 ? await learn(policy, answers, { chosen, rejected }, config, options) : {}; // 3 prettier-ignore
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
    finishStep(progress, [policy], metrics);
    const tokens = answers.lengths.reduce((a, b) => a + b, 0);
    yield { step: progress.step, steps: progress.steps, tokens, metrics };
  }
}

/** Two answers to each prompt, one after the other (2B rows). */
const sampleAnswers = (
  { policy, reference, reward, queryTokens, progress }: State,
  inputs: OnlineDpoInputs,
  { batchSize, temperature }: OnlineDpoConfig,
): Promise<Episodes> =>
  drawEpisodes(
    { policy: policy.model, reference, value: null, reward },
    progress,
    inputs,
    queryTokens,
    {
      batchSize: 2 * batchSize,
      responsesPerPrompt: 2,
      temperature,
    },
  );

/** Rows of the preferred answers and of the others, pair by pair, and what the judge gave each answer (2B). */
interface Verdict {
  scores: ArrayLike<number>;
  chosen: number[];
  rejected: number[];
}

async function judgeAnswers(
  answers: Episodes,
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
  { prompts, texts, lengths, finished }: Episodes,
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
  policy: Learner,
  answers: Episodes,
  { chosen, rejected }: Pick<Verdict, 'chosen' | 'rejected'>,
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
    const { loss, statistics, gradients } = lossGradients(policy.model.parameters, () => {
      const { logProbabilities } = responseLogProbabilities(policy.model, ids, rowMask, R, config.temperature); // prettier-ignore
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
    return stacked(STATISTICS, { ...statistics, loss, norm: policy.apply(gradients, options) });
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
