/**
 * Stage 6 without a value model: the responses to one prompt are one another's baseline. One step is one
 * rollout and its updates, as in PPO; what differs is what a response is compared with.
 *
 *   reinforce   the rest of the rollout, or the rollouts so far (Williams 1992)
 *   rloo        the other responses to the same prompt (Ahmadian 2024)
 *   grpo        the mean of its group, over its deviation or not; KL in the loss and not in the reward (Shao 2024)
 *   rejection   nothing: the best of each group is learned from as if it were a demonstration (Dong 2023)
 *
 * Every token of a response has the advantage of the response. Rollout, clipped loss, micro-batches, text mixed
 * in and the average of the weights are PPO's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { accumulated } from '../algorithms/accumulate';
import { crossEntropy } from '../algorithms/cross-entropy';
import { addGradients, lossGradients } from '../algorithms/gradients';
import { groupAdvantages, grpoLoss, spreadOverTokens } from '../algorithms/grpo';
import { sequenceKl } from '../algorithms/kl';
import { averaged, readStacked, stacked } from '../algorithms/measured';
import {
  Optimizer,
  scheduledOptions,
  type OptimizerOptions,
  type SavedOptimizer,
} from '../algorithms/optimizer';
import { checkFirstMinibatch, checkSampling, PpoError } from '../algorithms/ppo-checks';
import { policyLossOptions } from '../algorithms/ppo-loss';
import { policyMetrics, rolloutMetrics } from '../algorithms/ppo-metrics';
import { reinforceAdvantages } from '../algorithms/reinforce';
import { bestOfGroups } from '../algorithms/rejection';
import { applyMissingEosScore, tokenRewards } from '../algorithms/rewards';
import { leaveOneOutAdvantages } from '../algorithms/rloo';
import { checkShaping, NO_MOMENTS, shapeScores } from '../algorithms/scores';
import { mean } from '../algorithms/statistics';
import { checkFinite } from '../algorithms/training-checks';
import { WeightAverage } from '../algorithms/weight-average';
import type { GrpoConfig, ReinforceConfig, RejectionConfig, RlooConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { cycle, permutation, STREAM, seedOf } from '../data/random';
import { meanGold, responseTexts, rolloutRecords } from '../data/rollouts';
import { nextTexts, type TextBatch } from '../data/texts';
import { responseLogProbabilities } from '../model/heads';
import { takeMicroBatches, type Minibatch } from '../model/minibatch';
import { Model, prefixed, readTensors, unprefixed } from '../model/model';
import { makeOwned } from '../model/owned';
import { firstLogProbabilities, rollOut, type DrawnResponses } from '../model/rollout';
import { rowTensors } from '../model/rows';
import { scoresOf, type Scorer } from '../model/scorer';
import { textLogProbabilities } from '../model/text-log-probabilities';
import type {
  Metrics,
  Prompt,
  Rollout,
  SavedRun,
  TensorRecords,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import type { LengthsConfig } from '../config';
import type { Tokenizer } from '../data/tokenizer';
import { exactDivide } from '../shapes';

/** Episodes of each step that are kept for people to look at. */
const KEPT_EPISODES = 4;

export interface PolicyGradientInputs {
  /** What the policy starts as, and the KL is measured from. */
  reference: Weights;
  /** What gives the scores: a reward model or a rule. */
  reward: Scorer;
  /** Queries to sample from; training prompts only. */
  prompts: Prompt[];
  /** Plain texts whose loss is mixed in, where the config says so. */
  ptxTexts?: readonly string[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
  runId: string;
}

export type PolicyGradientSettings =
  | { method: 'reinforce'; config: ReinforceConfig }
  | { method: 'rloo'; config: RlooConfig }
  | { method: 'grpo'; config: GrpoConfig }
  | { method: 'rejection'; config: RejectionConfig };

interface State {
  policy: Model;
  reference: Model;
  value: null;
  /** Null where a rule scores. */
  reward: Model | null;
  optimizer: Optimizer;
  /** Null where no moving average of the policy is kept. */
  average: WeightAverage | null;
  progress: TrainingProgress;
}

/** Begin, or go on from where `saved` left off. */
export function policyGradient(
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
  saved?: SavedRun,
): TrainingRun {
  checkInputs(inputs, settings);
  const state = saved ? resume(inputs, settings, saved) : begin(inputs, settings);
  const { policy, reference, reward, optimizer, average, progress } = state;
  return {
    steps: steps(state, inputs, settings),
    progress,
    save: async () => ({
      ...prefixed('policy', await policy.records()),
      ...prefixed('policy-optimizer', await optimizer.readMoments()),
      ...prefixed('policy-average', await readTensors(average?.averages ?? {})),
    }),
    modelConfig: policy.config,
    result: async () => ({
      config: policy.config,
      tensors: await readTensors(average?.averages ?? policy.parameters),
    }),
    dispose: () => {
      for (const owner of [policy, reference, reward, optimizer, average]) owner?.dispose();
    },
  };
}

/** Everything that can be wrong is found before anything is put on the device. */
function checkInputs(
  { prompts, ptxTexts = [] }: PolicyGradientInputs,
  settings: PolicyGradientSettings,
): void {
  // prettier-ignore
  const { method, config } = settings;
  if (prompts.length === 0)
    throw new PpoError('There are no training prompts to sample from. Add or import some.');
  if (config.ptxCoefficient > 0 && ptxTexts.length === 0)
    throw new PpoError(
      'The loss on plain text was asked for, but there is no text to mix in. Set its coefficient to 0, or give texts.',
    );
  if (method !== 'reinforce' && config.responsesPerPrompt < 2)
    throw new PpoError(
      `The method ${method} compares the responses to one prompt with one another, and needs at least 2; responsesPerPrompt is ${config.responsesPerPrompt}.`,
    );
  exactDivide(config.batchSize, config.responsesPerPrompt, 'Episodes by responses per prompt');
  const size = exactDivide(config.batchSize, config.minibatches, 'Episodes by minibatches');
  if (config.microBatch > 0 && config.microBatch < size)
    exactDivide(size, config.microBatch, 'Episodes of a minibatch by those of a micro-batch');
  policyLossOptions(config);
  checkShaping(config);
}

function begin(inputs: PolicyGradientInputs, { config }: PolicyGradientSettings): State {
  return {
    ...models(inputs, config.averageDecay, { tensors: inputs.reference.tensors }),
    progress: {
      step: 0,
      steps: config.steps,
      optimizerSteps: { policy: 0 },
      klCoefficient: config.klCoefficient,
      randomCounters: { episodes: 0, texts: 0 },
      dataCursor: 0,
      running: { ...NO_MOMENTS, rewardWeight: 0, rewardSum: 0 },
    },
  };
}

function resume(
  inputs: PolicyGradientInputs,
  { config }: PolicyGradientSettings,
  { tensors, progress }: SavedRun,
): State {
  // prettier-ignore
  const optimizer = {
    step: progress.optimizerSteps.policy ?? 0,
    moments: unprefixed('policy-optimizer', tensors),
  };
  const average = unprefixed('policy-average', tensors);
  return {
    ...models(inputs, config.averageDecay, { tensors: unprefixed('policy', tensors), optimizer, average }), // prettier-ignore
    progress: structuredClone(progress),
  };
}

/** Where the policy begins, and how its optimizer and its average stood. */
interface Trained {
  tensors: TensorRecords;
  optimizer?: SavedOptimizer;
  average?: TensorRecords;
}

const models = (
  { reference, reward }: PolicyGradientInputs,
  averageDecay: number,
  policy: Trained,
) =>
  // prettier-ignore
  makeOwned((own) => {
    const ofPolicy = own(new Model('policy', reference.config, 'language', policy.tensors));
    return {
      policy: ofPolicy,
      reference: own(new Model('reference', reference.config, 'language', reference.tensors, false)), // prettier-ignore
      value: null,
      reward: typeof reward === 'function' ? null : own(new Model('reward', reward.config, 'scalar', reward.tensors, false)), // prettier-ignore
      optimizer: own(new Optimizer(ofPolicy.parameters, policy.optimizer)),
      average: averageDecay > 0 ? own(new WeightAverage(ofPolicy.parameters, policy.average)) : null, // prettier-ignore
    };
  });

// ── The steps ─────────────────────────────────────────────────────────────────────────────────────

async function* steps(
  state: State,
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
): AsyncGenerator<TrainingStep, void> {
  const { progress } = state;
  const { prompts, tokenizer, lengths, runId } = inputs;
  const { batchSize, temperature, clipRange } = settings.config;
  const queryTokens = queryWidth(prompts, tokenizer, lengths.promptTokens); // P
  while (progress.step < progress.steps) {
    const episodes = await sampleEpisodes(state, inputs, settings, queryTokens);
    const update = await optimize(state, episodes, inputs, settings);
    const gold = meanGold(episodes.prompts, episodes.texts);
    const metrics = {
      ...rolloutMetrics({ ...episodes, klCoefficient: progress.klCoefficient }),
      ...update,
      ...(episodes.equalGroups === null ? {} : { frac_reward_zero_std: episodes.equalGroups }),
      ...(gold === null ? {} : { 'objective/gold': gold }),
      episode: (progress.step + 1) * batchSize,
    };
    checkFinite(metrics, progress.step + 1);
    const count = Math.min(KEPT_EPISODES, batchSize);
    const newLogProbabilities = await firstLogProbabilities(state.policy, episodes, count, temperature); // prettier-ignore
    const rollouts: Rollout[] = rolloutRecords({ ...episodes, newLogProbabilities }, count, { runId, step: progress.step + 1, tokenizer, clipRange }); // prettier-ignore
    progress.step += 1;
    progress.optimizerSteps = { policy: state.optimizer.step };
    const tokens = episodes.lengths.reduce((a, b) => a + b, 0);
    yield { step: progress.step, steps: progress.steps, tokens, metrics, rollouts };
  }
}

/** What one rollout left on the host. Per-token arrays are (B, R), log-probabilities in nats. */
interface Episodes extends DrawnResponses {
  /** The responses to one prompt lie one after the other. */
  prompts: Prompt[]; // (B)
  texts: string[]; // (B)
  /** As the reward model gave them, after the missing-EOS rule. */
  scores: Float32Array; // (B)
  rewards: Float32Array;
  /** The same for all tokens of a response. */
  advantages: Float32Array;
  whitened: Float32Array;
  /** Reward of the whole response, for all its tokens. */
  returns: Float32Array;
  /** Share of groups whose rewards are all equal, from which nothing is learned; null without groups. */
  equalGroups: number | null;
}

async function sampleEpisodes(
  state: State,
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
  queryTokens: number,
): Promise<Episodes> {
  const { tokenizer, lengths, seed } = inputs;
  const { progress } = state;
  const { config } = settings;
  const { batchSize: B, responsesPerPrompt } = config;

  const asked = cycle(inputs.prompts, progress.dataCursor, B / responsesPerPrompt, seed, STREAM.queries); // prettier-ignore
  const prompts = asked.flatMap((prompt) => Array<Prompt>(responsesPerPrompt).fill(prompt)); // (B)
  progress.dataCursor += asked.length;
  const first = progress.randomCounters.episodes ?? 0;
  progress.randomCounters.episodes = first + B;
  const drawn = await rollOut(state, queryBatch(prompts, tokenizer, queryTokens), config, {
    responseTokens: lengths.responseTokens, // R
    seed: seedOf(seed, STREAM.rollouts),
    streams: Array.from({ length: B }, (_, row) => first + row),
  });
  const { mask, finished, responseLength } = drawn;
  checkSampling(drawn.sampledLogProbabilities, drawn.logProbabilities, mask);

  const texts = responseTexts(drawn, tokenizer);
  const raw = scoresOf(inputs.reward, { ...drawn, prompts, texts }, drawn.rawScores); // (B)
  const scores = applyMissingEosScore(raw, finished, config.missingEosScore); // (B)
  const running = { ...NO_MOMENTS, ...progress.running };
  const paid = shapeScores(raw, finished, config, running);

  const priceInReward = klIsInLoss(settings) ? 0 : progress.klCoefficient;
  const k1 = sequenceKl('k1', drawn.logProbabilities, drawn.referenceLogProbabilities, mask, responseLength); // prettier-ignore
  const whole = paid.scores.map((score, row) => score - priceInReward * k1[row]!); // (B)
  const { rewardWeight = 0, rewardSum = 0 } = progress.running ?? {};
  const past = rewardWeight > 0 ? rewardSum / rewardWeight : null;
  progress.running = {
    ...paid.running,
    rewardWeight: config.scoreDecay * rewardWeight + 1,
    rewardSum: config.scoreDecay * rewardSum + mean(whole),
  };

  const perResponse = advantagesOf(whole, settings, past); // (B)
  const groups = responsesPerPrompt > 1 ? groupAdvantages(whole, responsesPerPrompt, 'none') : null;
  const spread = (values: Float32Array) => spreadOverTokens(values, mask, responseLength); // (B, R)
  const advantages = spread(perResponse);
  return {
    ...drawn,
    prompts,
    texts,
    scores,
    rewards: tokenRewards({ ...drawn, scores: paid.scores }, priceInReward),
    // What a response is compared with stands where PPO has its value model's expectation.
    values: spread(whole.map((reward, row) => reward - (groups ? groups.advantages[row]! : perResponse[row]!))), // prettier-ignore
    advantages,
    whitened: advantages,
    returns: spread(whole),
    equalGroups: groups?.equalGroups ?? null,
  };
}

/** GRPO may price the KL in its loss; all others have it in the reward of the whole response. */
const klIsInLoss = (settings: PolicyGradientSettings): boolean =>
  settings.method === 'grpo' && settings.config.klPlace === 'loss';

/** One advantage for each response (B). @param whole rewards of whole responses (B) */
function advantagesOf(
  whole: Float32Array,
  settings: PolicyGradientSettings,
  past: number | null,
): Float32Array {
  const { responsesPerPrompt } = settings.config;
  switch (settings.method) {
    case 'reinforce':
      return reinforceAdvantages(whole, settings.config.baseline, past);
    case 'rloo':
      return leaveOneOutAdvantages(whole, responsesPerPrompt);
    case 'grpo': {
      const scale = settings.config.groupScale === 'deviation' ? 'unbiased' : 'none';
      return groupAdvantages(whole, responsesPerPrompt, scale).advantages;
    }
    case 'rejection':
      return bestOfGroups(whole, responsesPerPrompt);
    default:
      return settings satisfies never;
  }
}

// ── The updates ───────────────────────────────────────────────────────────────────────────────────

/** What a minibatch measures, in the order in which it is stacked on the device. */
// prettier-ignore
const STATISTICS = [
  'policyLoss', 'ratioMean', 'ratioMax', 'approximateKl', 'clipFraction', 'referenceKl', 'policyNorm', 'textLoss',
] as const;

/** All passes over the rollout. What the minibatches measured is read back once, or once a pass. */
async function optimize(
  state: State,
  episodes: Episodes,
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
): Promise<Metrics> {
  const { config } = settings;
  const B = config.batchSize;
  const size = exactDivide(B, config.minibatches, 'Episodes by minibatches');
  const { step, steps } = state.progress;
  const updates = steps * config.epochs * config.minibatches;
  const measured: tf.Tensor1D[] = []; // each (S)
  let passes = 0;
  try {
    for (; passes < config.epochs; passes++) {
      if (passes > 0 && config.klStop > 0) {
        const last = await readStacked(STATISTICS, measured.slice(-config.minibatches));
        if (averaged(STATISTICS, last).approximateKl > config.klStop) break;
      }
      const order = permutation(B, inputs.seed, STREAM.minibatches, step * config.epochs + passes);
      for (let start = 0; start < B; start += size) {
        const numbers = order.slice(start, start + size);
        const parts = partsOf(episodes, numbers, settings);
        const text = nextTexts(state.progress, inputs.ptxTexts ?? [], config, inputs);
        const options = scheduledOptions(config, config.learningRate, state.optimizer.step, updates); // prettier-ignore
        measured.push(tf.tidy(() => updateOnce(state, parts, text, settings, options)));
      }
    }
    const records = await readStacked(STATISTICS, measured);
    checkFirstMinibatch(records[0]!);
    const update = averaged(STATISTICS, records, ['ratioMax']);
    return {
      ...policyMetrics(update),
      'policy/passes': passes,
      ...(settings.method === 'grpo' ? { 'loss/kl': update.referenceKl } : {}),
      ...(config.ptxCoefficient > 0 ? { 'loss/ptx': update.textLoss } : {}),
    };
  } finally {
    tf.dispose(measured);
  }
}

/** A micro-batch with what the loss needs beside PPO's. */
interface Part extends Minibatch {
  referenceLogProbabilities: Float32Array; // (B, R)
}

/** The micro-batches of a minibatch, their advantages weighed as the loss is to be averaged. */
function partsOf(
  episodes: Episodes,
  numbers: readonly number[],
  settings: PolicyGradientSettings,
): Part[] {
  // prettier-ignore
  const { microBatch } = settings.config;
  const { responseLength: R, lengths } = episodes;
  const tokens = numbers.reduce((sum, row) => sum + lengths[row]!, 0);
  const average = settings.method === 'grpo' ? settings.config.lossAverage : 'tokens';
  // The loss is a sum over tokens over their number; a weight on a row's advantages turns that into another mean.
  const weightOf = (row: number): number => {
    switch (average) {
      case 'tokens':
        return 1;
      case 'responses':
        return tokens / (numbers.length * lengths[row]!);
      case 'longest':
        return tokens / (numbers.length * R);
      default:
        return average satisfies never;
    }
  };
  const weighed = episodes.advantages.map((a, i) => a * weightOf(Math.floor(i / R)));
  const learnable = { ...episodes, whitened: weighed };
  const ofReference = takeMicroBatches({ ...episodes, logProbabilities: episodes.referenceLogProbabilities }, numbers, microBatch); // prettier-ignore
  return takeMicroBatches(learnable, numbers, microBatch).map((part, i) => ({
    ...part,
    referenceLogProbabilities: ofReference[i]!.logProbabilities,
  }));
}

/** One optimizer step on one minibatch; statistics (S). Call it inside a `tidy`. */
function updateOnce(
  { policy, optimizer, average }: State,
  parts: readonly Part[],
  text: TextBatch | null,
  settings: PolicyGradientSettings,
  options: OptimizerOptions,
): tf.Tensor1D {
  const { config } = settings;
  const kept = parts.reduce((sum, { whitened }) => sum + whitened.filter((a) => a !== 0).length, 0);
  const ofPolicy = accumulated(policy.parameters, parts.map((part) => () => partLoss(policy, part, kept, settings)), ['ratioMax']); // prettier-ignore
  const ofText = text && lossGradients(policy.parameters, () => textPart(policy, text, config));
  const gradients = ofText ? addGradients(ofPolicy.gradients, ofText.gradients) : ofPolicy.gradients; // prettier-ignore
  const policyNorm = optimizer.apply(gradients, options);
  average?.follow(config.averageDecay);
  return stacked(STATISTICS, {
    ...ofPolicy.statistics,
    policyNorm,
    textLoss: ofText?.statistics.textLoss ?? tf.scalar(0),
  });
}

/** @param kept response tokens of the minibatch that rejection sampling learns from */
function partLoss(policy: Model, part: Part, kept: number, settings: PolicyGradientSettings) {
  const { B, R, tokenCount } = part;
  const { config, method } = settings;
  const { ids, mask: rowMask } = rowTensors(part.rows, B); // (B, P+R)
  const perToken = (values: Float32Array): tf.Tensor2D => tf.tensor2d(values, [B, R]);
  const now = responseLogProbabilities(policy, ids, rowMask, R, config.temperature); // (B, R)
  const mask = perToken(part.mask);
  const advantages = perToken(part.whitened);
  const { loss, statistics } = grpoLoss(
    {
      ...now,
      oldLogProbabilities: perToken(part.logProbabilities),
      referenceLogProbabilities: perToken(part.referenceLogProbabilities),
      advantages,
      mask,
      tokenCount,
    },
    {
      ...policyLossOptions(config),
      klCoefficient: klIsInLoss(settings) ? config.klCoefficient : 0,
    },
  );
  if (method !== 'rejection') return { loss, statistics };
  // The kept responses are demonstrations now: their advantages are 1, and so is the mask of what to learn.
  const likelihood = crossEntropy(now.logProbabilities, advantages, Math.max(1, kept));
  return { loss: likelihood, statistics: { ...statistics, policyLoss: likelihood } };
}

/** γ times the loss on plain text. */
function textPart(policy: Model, text: TextBatch, config: PolicyGradientSettings['config']) {
  const { logProbabilities, real } = textLogProbabilities(policy, text, config.ptxBatchSize);
  const textLoss = crossEntropy(logProbabilities, real, text.tokenCount);
  return { loss: tf.mul<tf.Scalar>(textLoss, config.ptxCoefficient), statistics: { textLoss } };
}
