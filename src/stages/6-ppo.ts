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
 * (Stiennon 2020, G.1), and may learn alone for some steps. Where `ptxCoefficient` is above 0, the gradient of
 * the loss on plain text is added to the policy's in every step (Ouyang 2022, equation 2):
 *
 *     maximise  E_π [ r(x, y) − β log π(y|x) / π_ref(y|x) ] + γ E_text [ log π(text) ]
 *
 * Left out on purpose: dropout, top-k and top-p, which would make the policy that samples another than the one
 * that learns.
 */
import * as tf from '@tensorflow/tfjs-core';
import { accumulated } from '../algorithms/accumulate';
import { clipByGlobalNorm } from '../algorithms/adamw';
import { crossEntropy } from '../algorithms/cross-entropy';
import { generalizedAdvantages } from '../algorithms/gae';
import { addGradients, lossGradients } from '../algorithms/gradients';
import { adaptiveKlCoefficient } from '../algorithms/kl';
import { whiten } from '../algorithms/masked';
import { averaged, readStacked, stacked } from '../algorithms/measured';
import {
  Optimizer,
  scheduledOptions,
  type OptimizerOptions,
  type SavedOptimizer,
} from '../algorithms/optimizer';
import { checkFirstMinibatch, checkSampling, PpoError } from '../algorithms/ppo-checks';
import { policyLoss, policyLossOptions, valueLoss } from '../algorithms/ppo-loss';
import { policyMetrics, rolloutMetrics, valueMetrics } from '../algorithms/ppo-metrics';
import { applyMissingEosScore, tokenRewards } from '../algorithms/rewards';
import { checkShaping, NO_MOMENTS, shapeScores } from '../algorithms/scores';
import { checkFinite } from '../algorithms/training-checks';
import { WeightAverage } from '../algorithms/weight-average';
import type { LengthsConfig, PpoConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { cycle, permutation, STREAM, seedOf } from '../data/random';
import { meanGold, responseTexts, rolloutRecords } from '../data/rollouts';
import { nextTexts, type TextBatch } from '../data/texts';
import type { Tokenizer } from '../data/tokenizer';
import { responseLogProbabilities, responseValues } from '../model/heads';
import { takeMicroBatches, type Minibatch } from '../model/minibatch';
import { Model, prefixed, readTensors, unprefixed } from '../model/model';
import { makeOwned } from '../model/owned';
import { firstLogProbabilities, rollOut, type DrawnResponses } from '../model/rollout';
import { rowTensors } from '../model/rows';
import { initialCritic, scoresOf, type Scorer } from '../model/scorer';
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
import { exactDivide } from '../shapes';

/** Episodes of each step that are kept for people to look at. */
const KEPT_EPISODES = 4;

export interface PpoInputs {
  /** What the policy starts as, and the KL is measured from. */
  reference: Weights;
  /** What gives the scores: a reward model, which the value model starts as, or a rule. */
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

/** Everything on the device. The frozen two are not saved with a run: their own checkpoints hold them. */
interface State {
  policy: Model;
  value: Model;
  reference: Model;
  /** Null where a rule scores. */
  reward: Model | null;
  policyOptimizer: Optimizer;
  valueOptimizer: Optimizer;
  /** Null where no moving average of the policy is kept. */
  average: WeightAverage | null;
  progress: TrainingProgress;
}

/** Begin PPO, or go on from where `saved` left off. */
export function ppo(inputs: PpoInputs, config: PpoConfig, saved?: SavedRun): TrainingRun {
  checkInputs(inputs, config);
  const state = saved ? resume(inputs, config, saved) : begin(inputs, config);
  const { policy, value, reference, reward, policyOptimizer, valueOptimizer, average } = state;
  return {
    steps: steps(state, inputs, config),
    progress: state.progress,
    save: async () => ({
      ...prefixed('policy', await policy.records()),
      ...prefixed('value', await value.records()),
      ...prefixed('policy-optimizer', await policyOptimizer.readMoments()),
      ...prefixed('value-optimizer', await valueOptimizer.readMoments()),
      ...prefixed('policy-average', await readTensors(average?.averages ?? {})),
    }),
    modelConfig: policy.config,
    result: async () => ({
      config: policy.config,
      tensors: await readTensors(average?.averages ?? policy.parameters),
    }),
    dispose: () => {
      for (const owner of [
        policy,
        value,
        reference,
        reward,
        policyOptimizer,
        valueOptimizer,
        average,
      ])
        // prettier-ignore
        owner?.dispose();
    },
  };
}

/** Everything that can be wrong is found before anything is put on the device. */
function checkInputs({ prompts, ptxTexts = [] }: PpoInputs, config: PpoConfig): void {
  if (prompts.length === 0)
    throw new PpoError('There are no training prompts to sample from. Add or import some.');
  if (config.ptxCoefficient > 0 && ptxTexts.length === 0)
    throw new PpoError(
      'The loss on plain text was asked for, but there is no text to mix in. Set its coefficient to 0, or give texts.',
    );
  exactDivide(config.batchSize, config.responsesPerPrompt, 'Episodes by responses per prompt');
  const size = exactDivide(config.batchSize, config.minibatches, 'Episodes by minibatches');
  if (config.microBatch > 0 && config.microBatch < size)
    exactDivide(size, config.microBatch, 'Episodes of a minibatch by those of a micro-batch');
  policyLossOptions(config);
  checkShaping(config);
}

function begin(inputs: PpoInputs, config: PpoConfig): State {
  const policy = { tensors: inputs.reference.tensors };
  const value = { tensors: initialCritic(inputs.reward, inputs.reference).tensors };
  return {
    ...models(inputs, config, policy, value),
    progress: {
      step: 0,
      steps: config.steps,
      optimizerSteps: { policy: 0, value: 0 },
      klCoefficient: config.klCoefficient,
      randomCounters: { episodes: 0, texts: 0 },
      dataCursor: 0,
      running: { ...NO_MOMENTS },
    },
  };
}

function resume(inputs: PpoInputs, config: PpoConfig, { tensors, progress }: SavedRun): State {
  const saved = (name: 'policy' | 'value'): Trained => ({
    tensors: unprefixed(name, tensors),
    optimizer: {
      step: progress.optimizerSteps[name] ?? 0,
      moments: unprefixed(`${name}-optimizer`, tensors),
    },
    average: unprefixed(`${name}-average`, tensors),
  });
  return {
    ...models(inputs, config, saved('policy'), saved('value')),
    progress: structuredClone(progress),
  };
}

/** Where a model in training begins, and how its optimizer and its average stood. */
interface Trained {
  tensors: TensorRecords;
  optimizer?: SavedOptimizer;
  average?: TensorRecords;
}

const models = (
  { reference, reward }: PpoInputs,
  config: PpoConfig,
  policy: Trained,
  value: Trained,
) =>
  // prettier-ignore
  makeOwned((own) => {
    const ofPolicy = own(new Model('policy', reference.config, 'language', policy.tensors));
    const critic = initialCritic(reward, reference);
    const ofValue = own(new Model('value', critic.config, 'scalar', value.tensors));
    return {
      policy: ofPolicy,
      value: ofValue,
      reference: own(new Model('reference', reference.config, 'language', reference.tensors, false)), // prettier-ignore
      reward: typeof reward === 'function' ? null : own(new Model('reward', reward.config, 'scalar', reward.tensors, false)), // prettier-ignore
      policyOptimizer: own(new Optimizer(ofPolicy.parameters, policy.optimizer)),
      valueOptimizer: own(new Optimizer(ofValue.parameters, value.optimizer)),
      average: config.averageDecay > 0 ? own(new WeightAverage(ofPolicy.parameters, policy.average)) : null, // prettier-ignore
    };
  });

// ── The steps ─────────────────────────────────────────────────────────────────────────────────────

async function* steps(
  state: State,
  inputs: PpoInputs,
  config: PpoConfig,
): AsyncGenerator<TrainingStep, void> {
  const { progress } = state;
  // One shape for all rollouts: the longest prompt of the data, within the limit.
  const { prompts, tokenizer, lengths } = inputs;
  const queryTokens = queryWidth(prompts, tokenizer, lengths.promptTokens); // P
  while (progress.step < progress.steps) {
    const episodes = await sampleEpisodes(state, inputs, config, queryTokens); // 1 to 6
    const update = await optimize(state, episodes, inputs, config); // 7
    const gold = meanGold(episodes.prompts, episodes.texts);
    const metrics = {
      ...rolloutMetrics({ ...episodes, klCoefficient: progress.klCoefficient }),
      ...update,
      ...(gold === null ? {} : { 'objective/gold': gold }),
      episode: (progress.step + 1) * config.batchSize,
    };
    checkFinite(metrics, progress.step + 1, ['val/var_explained']);
    const rollouts = await keep(state, episodes, inputs, config);
    if (config.klControl === 'adaptive')
      progress.klCoefficient = adaptiveKlCoefficient(
        progress.klCoefficient,
        metrics['objective/kl'],
        config.klTarget,
        1, // the horizon is counted in rollouts
        config.klHorizon,
      ); // 8
    progress.step += 1;
    progress.optimizerSteps = {
      policy: state.policyOptimizer.step,
      value: state.valueOptimizer.step,
    };
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
  advantages: Float32Array;
  /** Advantages as the policy loss uses them. */
  whitened: Float32Array;
  returns: Float32Array;
}

async function sampleEpisodes(
  state: State,
  inputs: PpoInputs,
  config: PpoConfig,
  queryTokens: number,
): Promise<Episodes> {
  const { tokenizer, lengths, seed } = inputs;
  const { progress } = state;
  const B = config.batchSize;
  const { responsesPerPrompt } = config;

  // 1. Queries, shuffled anew in every pass over the prompts.
  const asked = cycle(inputs.prompts, progress.dataCursor, B / responsesPerPrompt, seed, STREAM.queries); // prettier-ignore
  const prompts = asked.flatMap((prompt) => Array<Prompt>(responsesPerPrompt).fill(prompt)); // (B)
  progress.dataCursor += asked.length;
  const queries = queryBatch(prompts, tokenizer, queryTokens); // (B, P)

  // 2. and 3. Responses, and what each model makes of them; every episode has a random stream of its own.
  const first = progress.randomCounters.episodes ?? 0;
  progress.randomCounters.episodes = first + B;
  const drawn = await rollOut(state, queries, config, {
    responseTokens: lengths.responseTokens, // R
    seed: seedOf(seed, STREAM.rollouts),
    streams: Array.from({ length: B }, (_, row) => first + row),
  });
  const { mask, finished, responseLength } = drawn;
  checkSampling(drawn.sampledLogProbabilities, drawn.logProbabilities, mask);

  // 4. Scores as they are, and as the policy is paid; a response that never ends gets a fixed score.
  const texts = responseTexts(drawn, tokenizer);
  const raw = scoresOf(inputs.reward, { ...drawn, prompts, texts }, drawn.rawScores); // (B)
  const scores = applyMissingEosScore(raw, finished, config.missingEosScore); // (B)
  const running = { ...NO_MOMENTS, ...progress.running };
  const paid = shapeScores(raw, finished, config, running);
  progress.running = { ...paid.running };

  // 5. and 6. Rewards, advantages and returns per token.
  const priced = tokenRewards({ ...drawn, scores: paid.scores }, progress.klCoefficient); // (B, R)
  const rewards = config.whitenRewards ? whiten(priced, mask, { shiftMean: false }) : priced;
  const { advantages, returns } = generalizedAdvantages(
    { rewards, values: drawn.values, mask, responseLength },
    { discount: config.discount, lambda: config.gaeLambda },
  );
  const whitened = config.whitenAdvantages ? whiten(advantages, mask) : advantages;
  return { ...drawn, prompts, texts, scores, rewards, advantages, whitened, returns };
}

// ── 7: the updates ────────────────────────────────────────────────────────────────────────────────

/** What a minibatch measures, in the order in which it is stacked on the device. */
// prettier-ignore
const STATISTICS = [
  'policyLoss', 'ratioMean', 'ratioMax', 'approximateKl', 'clipFraction', 'policyNorm', 'textLoss',
  'valueLoss', 'valueError', 'valueClipFraction', 'valueNorm',
] as const;

/** All passes over the rollout. What the minibatches measured is read back once, or once a pass. */
async function optimize(
  state: State,
  episodes: Episodes,
  inputs: PpoInputs,
  config: PpoConfig,
): Promise<Metrics & { 'policy/passes': number }> {
  const B = config.batchSize;
  const size = exactDivide(B, config.minibatches, 'Episodes by minibatches');
  const { step, steps } = state.progress;
  const updatesOf = (steps: number) => steps * config.epochs * config.minibatches;
  // While the critic warms up the policy only measures; its schedule begins afterwards.
  const policyRests = step < config.criticWarmup;
  const policyUpdates = updatesOf(Math.max(1, steps - config.criticWarmup));
  const measured: tf.Tensor1D[] = []; // each (S)
  let passes = 0;
  try {
    for (; passes < config.epochs; passes++) {
      if (passes > 0 && config.klStop > 0 && (await lastKl(measured, config)) > config.klStop)
        break;
      const order = permutation(B, inputs.seed, STREAM.minibatches, step * config.epochs + passes);
      for (let start = 0; start < B; start += size) {
        const parts = takeMicroBatches(episodes, order.slice(start, start + size), config.microBatch); // prettier-ignore
        const text = policyRests
          ? null
          : nextTexts(state.progress, inputs.ptxTexts ?? [], config, inputs);
        const { policyOptimizer, valueOptimizer } = state;
        const options = {
          policy: policyRests ? null : scheduledOptions(config, config.learningRate, policyOptimizer.step, policyUpdates), // prettier-ignore
          value: scheduledOptions(config, config.valueLearningRate, valueOptimizer.step, updatesOf(steps)), // prettier-ignore
        };
        measured.push(tf.tidy(() => updateOnce(state, parts, text, config, options)));
      }
    }
    const records = await readStacked(STATISTICS, measured);
    checkFirstMinibatch(records[0]!);
    const update = averaged(STATISTICS, records, ['ratioMax']);
    return {
      ...policyMetrics(update),
      ...valueMetrics(episodes, update),
      'policy/passes': passes,
      ...(config.ptxCoefficient > 0 && !policyRests ? { 'loss/ptx': update.textLoss } : {}),
    };
  } finally {
    tf.dispose(measured);
  }
}

/** Mean approximate KL of the last pass, nats per token: a readback, so only where a pass may be the last. */
async function lastKl(measured: readonly tf.Tensor1D[], config: PpoConfig): Promise<number> {
  const records = await readStacked(STATISTICS, measured.slice(-config.minibatches));
  return averaged(STATISTICS, records).approximateKl;
}

/** One step of policy (unless it rests) and value model on one minibatch; statistics (S). Call it inside a `tidy`. */
function updateOnce(
  state: State,
  parts: readonly Minibatch[],
  text: TextBatch | null,
  config: PpoConfig,
  options: { policy: OptimizerOptions | null; value: OptimizerOptions },
): tf.Tensor1D {
  const { policy, value, policyOptimizer, valueOptimizer } = state;
  const ofPolicy = accumulated(policy.parameters, parts.map((part) => () => policyPart(policy, part, config)), ['ratioMax']); // prettier-ignore
  const ofText = text && lossGradients(policy.parameters, () => textPart(policy, text, config));
  const gradients = ofText ? addGradients(ofPolicy.gradients, ofText.gradients) : ofPolicy.gradients; // prettier-ignore
  const ofValue = accumulated(value.parameters, parts.map((part) => () => valuePart(value, part, config))); // prettier-ignore
  const policyNorm = options.policy
    ? policyOptimizer.apply(gradients, options.policy)
    : clipByGlobalNorm(gradients, Infinity).norm;
  if (options.policy) state.average?.follow(config.averageDecay);
  return stacked(STATISTICS, {
    ...ofPolicy.statistics,
    ...ofValue.statistics,
    valueLoss: ofValue.loss,
    textLoss: ofText?.statistics.textLoss ?? tf.scalar(0),
    policyNorm,
    valueNorm: valueOptimizer.apply(ofValue.gradients, options.value),
  });
}

function policyPart(policy: Model, part: Minibatch, config: PpoConfig) {
  const { B, R, tokenCount } = part;
  const { ids, mask: rowMask } = rowTensors(part.rows, B); // (B, P+R)
  const now = responseLogProbabilities(policy, ids, rowMask, R, config.temperature); // (B, R)
  const oldLogProbabilities = tf.tensor2d(part.logProbabilities, [B, R]);
  const advantages = tf.tensor2d(part.whitened, [B, R]);
  const mask = tf.tensor2d(part.mask, [B, R]);
  return policyLoss(
    { ...now, oldLogProbabilities, advantages, mask, tokenCount },
    policyLossOptions(config),
  );
}

function valuePart(value: Model, part: Minibatch, config: PpoConfig) {
  const { B, R, tokenCount } = part;
  const { ids, mask: rowMask } = rowTensors(part.rows, B); // (B, P+R)
  const values = responseValues(value, ids, rowMask, R); // (B, R)
  const oldValues = tf.tensor2d(part.values, [B, R]);
  const returns = tf.tensor2d(part.returns, [B, R]);
  const mask = tf.tensor2d(part.mask, [B, R]);
  return valueLoss(
    { values, oldValues, returns, mask, tokenCount },
    { clipRange: config.valueClipRange },
  );
}

/** γ times the loss on plain text. */
function textPart(policy: Model, text: TextBatch, config: PpoConfig) {
  const { logProbabilities, real } = textLogProbabilities(policy, text, config.ptxBatchSize);
  const textLoss = crossEntropy(logProbabilities, real, text.tokenCount);
  return { loss: tf.mul<tf.Scalar>(textLoss, config.ptxCoefficient), statistics: { textLoss } };
}

// ── Episodes to look at ───────────────────────────────────────────────────────────────────────────

/** The first episodes token by token, with the ratio that the updates left them at. */
async function keep(
  state: State,
  episodes: Episodes,
  { tokenizer, runId }: PpoInputs,
  config: PpoConfig,
): Promise<Rollout[]> {
  const count = Math.min(KEPT_EPISODES, episodes.scores.length);
  const newLogProbabilities = await firstLogProbabilities(state.policy, episodes, count, config.temperature); // prettier-ignore
  return rolloutRecords({ ...episodes, newLogProbabilities }, count, {
    runId,
    step: state.progress.step + 1,
    tokenizer,
    clipRange: config.clipRange,
  });
}
