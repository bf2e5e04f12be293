/**
 * Stage 6 without a value model: the responses to one prompt are one another's baseline. One step is one
 * rollout and its updates, as in PPO; what differs is what a response is compared with.
 *
 *   reinforce   the rest of the rollout, or the rollouts so far (Williams 1992)
 *   rloo        the other responses to the same prompt (Ahmadian 2024)
 *   grpo        the mean of its group, over its deviation or not; KL in the loss or in the reward (Shao 2024)
 *   rejection   nothing: the best of each group is learned from as if it were a demonstration (Dong 2023)
 *
 * Every token of a response has the advantage of the response. Rollout, clipped loss, micro-batches, text mixed
 * in and the average of the weights are PPO's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../algorithms/cross-entropy';
import { groupAdvantages, grpoLoss, spreadOverTokens } from '../algorithms/grpo';
import { sequenceKl } from '../algorithms/kl';
import { weighedAdvantages } from '../algorithms/loss-average';
import { stacked } from '../algorithms/measured';
import { scheduledOptions, type OptimizerOptions } from '../algorithms/optimizer';
import { PpoError } from '../algorithms/ppo-checks';
import { policyLossOptions } from '../algorithms/ppo-loss';
import { policyMetrics, rolloutMetrics } from '../algorithms/ppo-metrics';
import { pastReward, reinforceAdvantages } from '../algorithms/reinforce';
import { bestOfGroups } from '../algorithms/rejection';
import { tokenRewards } from '../algorithms/rewards';
import { leaveOneOutAdvantages } from '../algorithms/rloo';
import { NO_MOMENTS } from '../algorithms/scores';
import type { GrpoConfig, ReinforceConfig, RejectionConfig, RlooConfig } from '../config';
import { queryWidth } from '../data/batches';
import { meanGold } from '../data/rollouts';
import type { TextBatch } from '../data/texts';
import { takeMicroBatches, type Minibatch } from '../model/minibatch';
import type { RewardEnsemble } from '../model/members';
import type { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import type { Metrics, SavedRun, TrainingProgress, TrainingRun, TrainingStep } from '../records';
import { drawEpisodes, keptEpisodes, scoreEpisodes, type Episodes, type SamplingInputs } from '../training/episodes'; // prettier-ignore
import { Learner } from '../training/learner';
import { nextTexts } from '../training/plain-text';
import { checkOnPolicy, passesOver, policyBatch, POLICY_STATISTICS, updatePolicy } from '../training/policy-update'; // prettier-ignore
import { finishStep, frozen, frozenReward, progressOf, trainingRun } from '../training/run';

export type PolicyGradientInputs = SamplingInputs;

export type PolicyGradientSettings =
  | { method: 'reinforce'; config: ReinforceConfig }
  | { method: 'rloo'; config: RlooConfig }
  | { method: 'grpo'; config: GrpoConfig }
  | { method: 'rejection'; config: RejectionConfig };

interface State {
  policy: Learner;
  reference: Model;
  /** Null where a rule scores. */
  reward: RewardEnsemble | null;
  queryTokens: number; // P
  progress: TrainingProgress;
}

/** Begin, or go on from where `saved` left off. */
export function policyGradient(
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
  saved?: SavedRun,
): TrainingRun {
  const { method, config } = settings;
  checkOnPolicy(inputs, config);
  if (method !== 'reinforce' && config.responsesPerPrompt < 2)
    throw new PpoError(
      `The method ${method} compares the responses to one prompt with one another, and needs at least 2; responsesPerPrompt is ${config.responsesPerPrompt}.`,
    );
  const state = makeOwned((own): State => {
    const { averageDecay } = config;
    return {
      policy: own(new Learner('policy', 'language', inputs.reference, { saved, averageDecay })),
      reference: own(frozen('reference', 'language', inputs.reference)),
      reward: own(frozenReward(inputs.reward)),
      queryTokens: queryWidth(inputs.prompts, inputs.tokenizer, inputs.lengths.promptTokens),
      progress: progressOf(saved, {
        steps: config.steps,
        klCoefficient: config.klCoefficient,
        randomCounters: { episodes: 0, texts: 0 },
        running: { ...NO_MOMENTS, rewardWeight: 0, rewardSum: 0 },
      }),
    };
  });
  const { policy, reference, reward, progress } = state;
  return trainingRun([policy], [reference, reward], progress, steps(state, inputs, settings));
}

async function* steps(
  state: State,
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
): AsyncGenerator<TrainingStep, void> {
  const { policy, progress } = state;
  const { config } = settings;
  while (progress.step < progress.steps) {
    const episodes = await rollOutAndCompare(state, inputs, settings);
    const update = await optimize(state, episodes, inputs, settings);
    const gold = meanGold(episodes.prompts, episodes.texts);
    const metrics = {
      ...rolloutMetrics({ ...episodes, klCoefficient: progress.klCoefficient }),
      ...update,
      ...(episodes.equalGroups === null ? {} : { frac_reward_zero_std: episodes.equalGroups }),
      ...(gold === null ? {} : { 'objective/gold': gold }),
      episode: (progress.step + 1) * config.batchSize,
    };
    finishStep(progress, [policy], metrics);
    const rollouts = await keptEpisodes(policy.model, episodes, progress.step, inputs, config);
    const tokens = episodes.lengths.reduce((a, b) => a + b, 0);
    yield { step: progress.step, steps: progress.steps, tokens, metrics, rollouts };
  }
}

// ── Episodes, and what each is compared with ──────────────────────────────────────────────────────

/** Per-token arrays are (B, R). */
interface ComparedEpisodes extends Episodes {
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

async function rollOutAndCompare(
  { policy, reference, reward, queryTokens, progress }: State,
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
): Promise<ComparedEpisodes> {
  const { config } = settings;
  const models = { policy: policy.model, reference, value: null, reward };
  const episodes = await drawEpisodes(models, progress, inputs, queryTokens, config);
  const { scores, paid } = scoreEpisodes(inputs.reward, episodes, config, progress);
  const { logProbabilities, referenceLogProbabilities, mask, responseLength } = episodes;

  // The reward of a whole response, and its advantage.
  const priceInReward = klIsInLoss(settings) ? 0 : progress.klCoefficient;
  const k1 = sequenceKl('k1', logProbabilities, referenceLogProbabilities, mask, responseLength); // (B)
  const whole = paid.map((score, row) => score - priceInReward * k1[row]!); // (B)
  const { past, running } = pastReward(progress.running ?? {}, whole, config.scoreDecay);
  progress.running = { ...progress.running, ...running };
  const perResponse = advantagesOf(whole, settings, past); // (B)

  const { responsesPerPrompt } = config;
  const groups = responsesPerPrompt > 1 ? groupAdvantages(whole, responsesPerPrompt, 'none') : null;
  const spread = (values: Float32Array) => spreadOverTokens(values, mask, responseLength); // (B, R)
  const advantages = spread(perResponse);
  return {
    ...episodes,
    scores,
    rewards: tokenRewards({ ...episodes, scores: paid }, priceInReward),
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
const STATISTICS = [...POLICY_STATISTICS, 'referenceKl'] as const;

/** All passes over the rollout. */
async function optimize(
  { policy, progress }: State,
  episodes: ComparedEpisodes,
  inputs: PolicyGradientInputs,
  settings: PolicyGradientSettings,
): Promise<Metrics> {
  const { method, config } = settings;
  const { learningRate, microBatch } = config;
  const average = method === 'grpo' ? config.lossAverage : 'tokens';
  const updates = progress.steps * config.epochs * config.minibatches;
  const order = { seed: inputs.seed, rollout: progress.step, siblings: episodes.siblings };
  const { update, passes } = await passesOver(STATISTICS, config, order, (numbers) => {
    const whitened = weighedAdvantages(average, episodes, numbers); // (B, R)
    const parts = takeMicroBatches({ ...episodes, whitened }, numbers, microBatch);
    const text = nextTexts(progress, inputs, config);
    const options = scheduledOptions(config, learningRate, policy.optimizer.step, updates);
    return updateOnce(policy, parts, text, settings, options);
  });
  return {
    ...policyMetrics(update),
    'policy/passes': passes,
    ...(method === 'grpo' ? { 'loss/kl': update.referenceKl } : {}),
    ...(config.ptxCoefficient > 0 ? { 'loss/ptx': update.textLoss } : {}),
  };
}

/** One optimizer step on one minibatch; statistics (S). Call it inside a `tidy`. */
function updateOnce(
  policy: Learner,
  parts: readonly Minibatch[],
  text: TextBatch | null,
  settings: PolicyGradientSettings,
  options: OptimizerOptions,
): tf.Tensor1D {
  const kept = parts.reduce((sum, { whitened }) => sum + whitened.filter((a) => a !== 0).length, 0);
  const losses = parts.map((part) => () => partLoss(policy, part, kept, settings));
  return stacked(STATISTICS, updatePolicy(policy, losses, text, settings.config, options));
}

/** @param kept response tokens of the minibatch that rejection sampling learns from */
function partLoss(
  policy: Learner,
  part: Minibatch,
  kept: number,
  settings: PolicyGradientSettings,
) {
  const { method, config } = settings;
  const batch = policyBatch(policy, part, config.temperature);
  const referenceLogProbabilities = tf.tensor2d(part.referenceLogProbabilities, [part.B, part.R]);
  const klCoefficient = klIsInLoss(settings) ? config.klCoefficient : 0;
  const { loss, statistics } = grpoLoss(
    { ...batch, referenceLogProbabilities },
    { ...policyLossOptions(config), klCoefficient },
  );
  if (method !== 'rejection') return { loss, statistics };
  // The kept responses are demonstrations now: their advantages are 1, and so is the mask of what to learn.
  const likelihood = crossEntropy(batch.logProbabilities, batch.advantages, Math.max(1, kept));
  return { loss: likelihood, statistics: { ...statistics, policyLoss: likelihood } };
}
