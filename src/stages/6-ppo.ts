/**
 * Stage 6: proximal policy optimization against the reward model (Ouyang 2022, section 3.5; Ziegler 2019;
 * Schulman 2017). One step is one rollout and its updates:
 *
 *   1. sample queries              5. rewards per token: −β·k1, and the score at the last token
 *   2. the policy responds         6. advantages and returns (GAE); advantages whitened
 *   3. all four models analyse     7. several passes of clipped policy and value losses
 *   4. scores shaped, missing EOS  8. the KL coefficient is steered
 *
 * Policy and value model are separate networks; the value model starts as a copy of the reward model
 * (Stiennon 2020, G.1), with a head of zeros where scores are relative, and may learn alone for some steps.
 * Or they share a trunk and are updated as one (`training/shared-trunk.ts`). Where `ptxCoefficient` is above 0,
 * the gradient of the loss on plain text is added to the policy's in every step (Ouyang 2022, equation 2):
 *
 *     maximise  E_π [ r(x, y) − β log π(y|x) / π_ref(y|x) ] + γ E_text [ log π(text) ]
 *
 * 1 to 4 are `training/episodes.ts`, and the passes of 7 `training/policy-update.ts`: other methods share them.
 */
import * as tf from '@tensorflow/tfjs-core';
import { accumulated } from '../algorithms/accumulate';
import { generalizedAdvantages } from '../algorithms/gae';
import { weighedAdvantages } from '../algorithms/loss-average';
import { whiten } from '../algorithms/masked';
import { stacked } from '../algorithms/measured';
import { scheduledOptions, type OptimizerOptions } from '../algorithms/optimizer';
import { policyLoss, policyLossOptions, valueLoss } from '../algorithms/ppo-loss';
import { policyMetrics, rolloutMetrics, valueMetrics } from '../algorithms/ppo-metrics';
import { tokenRewards } from '../algorithms/rewards';
import { NO_MOMENTS } from '../algorithms/scores';
import type { PpoConfig } from '../config';
import { queryWidth } from '../data/batches';
import { meanGold } from '../data/rollouts';
import type { TextBatch } from '../data/texts';
import { responseValues } from '../model/heads';
import { takeMicroBatches, type Minibatch } from '../model/minibatch';
import type { RewardEnsemble } from '../model/members';
import type { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { rowTensors } from '../model/rows';
import { initialCritic, withoutValueHead } from '../model/scorer';
import type {
  Metrics,
  SavedRun,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import { drawEpisodes, keptEpisodes, scoreEpisodes, type Episodes, type EpisodeScores, type SamplingInputs } from '../training/episodes'; // prettier-ignore
import { steerKl } from '../training/kl-control';
import { Learner } from '../training/learner';
import { nextTexts } from '../training/plain-text';
import { checkOnPolicy, passesOver, policyBatch, POLICY_STATISTICS, updatePolicy } from '../training/policy-update'; // prettier-ignore
import { sharedLearner, updateShared } from '../training/shared-trunk';
import { finishStep, frozen, frozenReward, progressOf, trainingRun } from '../training/run';

/** What the value model starts as says `initialCritic`. */
export type PpoInputs = SamplingInputs;

interface State {
  policy: Learner;
  /** Null where the critic is a head on the policy's trunk. */
  value: Learner | null;
  reference: Model;
  /** Null where a rule scores. */
  reward: RewardEnsemble | null;
  queryTokens: number; // P
  progress: TrainingProgress;
}

/** Begin PPO, or go on from where `saved` left off. */
export function ppo(inputs: PpoInputs, config: PpoConfig, saved?: SavedRun): TrainingRun {
  checkOnPolicy(inputs, config);
  const state = makeOwned((own): State => {
    const { reference, reward } = inputs;
    const kept = { saved, averageDecay: config.averageDecay };
    const isShared = config.valueTrunk === 'shared';
    const critic = () => initialCritic(reward, reference, config.scoreNormalisation === 'prompt');
    return {
      policy: own(isShared ? sharedLearner(reference, kept) : new Learner('policy', 'language', reference, kept)), // prettier-ignore
      value: own(isShared ? null : new Learner('value', 'scalar', critic(), { saved })),
      reference: own(frozen('reference', 'language', reference)),
      reward: own(frozenReward(reward)),
      queryTokens: queryWidth(inputs.prompts, inputs.tokenizer, inputs.lengths.promptTokens),
      progress: progressOf(saved, {
        steps: config.steps,
        klCoefficient: config.klCoefficient,
        randomCounters: { episodes: 0, texts: 0 },
        running: { ...NO_MOMENTS },
      }),
    };
  });
  const { policy, value, reference, reward, progress } = state;
  const asked = [reference, reward];
  if (value) return trainingRun([policy, value], asked, progress, steps(state, inputs, config));
  const run = trainingRun([policy], asked, progress, steps(state, inputs, config));
  const spoken = ({ config, tensors }: Weights) => ({ config, tensors: withoutValueHead(tensors) });
  return { ...run, result: async () => spoken(await run.result()) };
}

async function* steps(
  state: State,
  inputs: PpoInputs,
  config: PpoConfig,
): AsyncGenerator<TrainingStep, void> {
  const { policy, value, progress } = state;
  while (progress.step < progress.steps) {
    const episodes = await rollOutAndPrice(state, inputs, config); // 1 to 6
    const update = await optimize(state, episodes, inputs, config); // 7
    const gold = meanGold(episodes.prompts, episodes.texts);
    const metrics = {
      ...rolloutMetrics({ ...episodes, klCoefficient: progress.klCoefficient }),
      ...update,
      ...(gold === null ? {} : { 'objective/gold': gold }),
      episode: (progress.step + 1) * config.batchSize,
    };
    finishStep(progress, value ? [policy, value] : [policy], metrics, ['val/var_explained']);
    steerKl(progress, metrics, config); // 8
    const rollouts = await keptEpisodes(policy.model, episodes, progress.step, inputs, config);
    const tokens = episodes.lengths.reduce((a, b) => a + b, 0);
    yield { step: progress.step, steps: progress.steps, tokens, metrics, rollouts };
  }
}

// ── 1 to 6: episodes, and what every token of them is worth ───────────────────────────────────────

/** Per-token arrays are (B, R). */
interface PricedEpisodes extends Episodes, EpisodeScores {
  rewards: Float32Array;
  advantages: Float32Array;
  /** Advantages as the policy loss uses them. */
  whitened: Float32Array;
  returns: Float32Array;
}

async function rollOutAndPrice(
  { policy, value, reference, reward, queryTokens, progress }: State,
  inputs: PpoInputs,
  config: PpoConfig,
): Promise<PricedEpisodes> {
  const models = { policy: policy.model, value: (value ?? policy).model, reference, reward };
  const episodes = await drawEpisodes(models, progress, inputs, queryTokens, config); // 1 to 3
  const scored = scoreEpisodes(inputs.reward, episodes, config, progress); // 4
  const { mask, values, responseLength } = episodes;

  const priced = tokenRewards({ ...episodes, scores: scored.paid }, progress.klCoefficient); // 5 (B, R)
  const rewards = config.whitenRewards ? whiten(priced, mask, { shiftMean: false }) : priced;

  const { advantages, returns } = generalizedAdvantages(
    { rewards, values, mask, responseLength },
    { discount: config.discount, lambda: config.gaeLambda },
  ); // 6
  const whitened = config.whitenAdvantages ? whiten(advantages, mask) : advantages;
  return { ...episodes, ...scored, rewards, advantages, whitened, returns };
}

// ── 7: the updates ────────────────────────────────────────────────────────────────────────────────

/** What a minibatch measures, in the order in which it is stacked on the device. */
const SHARED_STATISTICS = [...POLICY_STATISTICS, 'valueLoss', 'valueError', 'valueClipFraction'] as const; // prettier-ignore
const STATISTICS = [...SHARED_STATISTICS, 'valueNorm'] as const;

/** All passes over the rollout. */
async function optimize(
  state: State,
  episodes: PricedEpisodes,
  inputs: PpoInputs,
  config: PpoConfig,
): Promise<Metrics> {
  const { policy, value, progress } = state;
  const { criticWarmup, learningRate, valueLearningRate, microBatch } = config;
  const updatesOf = (steps: number) => steps * config.epochs * config.minibatches;
  // While the critic warms up the policy only measures; its schedule begins afterwards.
  const policyRests = progress.step < criticWarmup;
  const policyUpdates = updatesOf(value ? Math.max(1, progress.steps - criticWarmup) : progress.steps); // prettier-ignore
  const order = { seed: inputs.seed, rollout: progress.step, siblings: episodes.siblings };
  const next = (numbers: readonly number[]) => {
    const whitened = weighedAdvantages(
      config.lossAverage,
      { ...episodes, advantages: episodes.whitened },
      numbers,
    ); // (B, R)
    const parts = takeMicroBatches({ ...episodes, whitened }, numbers, microBatch);
    const text = policyRests ? null : nextTexts(progress, inputs, config);
    return { parts, text, options: scheduledOptions(config, learningRate, policy.optimizer.step, policyUpdates) }; // prettier-ignore
  };
  const apart = (critic: Learner) => (numbers: readonly number[]) => {
    const { parts, text, options } = next(numbers);
    const ofCritic = scheduledOptions(config, valueLearningRate, critic.optimizer.step, updatesOf(progress.steps)); // prettier-ignore
    return updateOnce(policy, critic, parts, text, config, { policy: policyRests ? null : options, value: ofCritic }); // prettier-ignore
  };
  const together = (numbers: readonly number[]) => {
    const { parts, text, options } = next(numbers);
    return stacked(SHARED_STATISTICS, updateShared(policy, parts, text, config, { options, policyRests })); // prettier-ignore
  };
  const { update, passes } = value
    ? await passesOver(STATISTICS, config, order, apart(value))
    : await passesOver(SHARED_STATISTICS, config, order, together);
  return {
    ...policyMetrics(update),
    ...valueMetrics(episodes, update),
    'policy/passes': passes,
    ...(config.ptxCoefficient > 0 && !policyRests ? { 'loss/ptx': update.textLoss } : {}),
  };
}

/** One step of policy (unless it rests) and value model on one minibatch; statistics (S). Call it inside a `tidy`. */
function updateOnce(
  policy: Learner,
  value: Learner,
  parts: readonly Minibatch[],
  text: TextBatch | null,
  config: PpoConfig,
  options: { policy: OptimizerOptions | null; value: OptimizerOptions },
): tf.Tensor1D {
  const policyLosses = parts.map((part) => () => policyPart(policy, part, config));
  const valueLosses = parts.map((part) => () => valuePart(value, part, config));
  const ofPolicy = updatePolicy(policy, policyLosses, text, config, options.policy);
  const ofValue = accumulated(value.model.parameters, valueLosses);
  return stacked(STATISTICS, {
    ...ofPolicy,
    ...ofValue.statistics,
    valueLoss: ofValue.loss,
    valueNorm: value.apply(ofValue.gradients, options.value),
  });
}

const policyPart = (policy: Learner, part: Minibatch, config: PpoConfig) =>
  policyLoss(policyBatch(policy, part, config.temperature), policyLossOptions(config));

function valuePart({ model }: Learner, part: Minibatch, config: PpoConfig) {
  const { B, R, tokenCount, siblings } = part;
  const { ids, mask: rowMask } = rowTensors(part.rows, B); // (B, P+R)
  const values = responseValues(model, ids, rowMask, R, siblings); // (B, R)
  const oldValues = tf.tensor2d(part.values, [B, R]);
  const returns = tf.tensor2d(part.returns, [B, R]);
  const mask = tf.tensor2d(part.mask, [B, R]);
  return valueLoss(
    { values, oldValues, returns, mask, tokenCount },
    { clipRange: config.valueClipRange },
  );
}
