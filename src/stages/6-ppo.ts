/**
 * Stage 6: proximal policy optimization against the reward model (Ouyang 2022, section 3.5; Ziegler 2019;
 * Schulman 2017). One step is one rollout and its updates:
 *
 *   1. sample queries              5. rewards per token: −β·k1, and the score at the last token
 *   2. the policy responds         6. advantages and returns (GAE); advantages whitened
 *   3. all four models analyse     7. several passes of clipped policy and value losses
 *   4. missing-EOS rule            8. the KL coefficient is steered
 *
 * Policy and value model are separate networks; the value model starts as a copy of the reward model
 * (Stiennon 2020, G.1), and may learn alone for some steps. Left out on purpose: dropout, top-k and top-p, which would make the policy that
 * samples another than the one that learns.
 */
import * as tf from '@tensorflow/tfjs-core';
import { clipByGlobalNorm } from '../algorithms/adamw';
import { generalizedAdvantages } from '../algorithms/gae';
import { lossGradients } from '../algorithms/gradients';
import { adaptiveKlCoefficient } from '../algorithms/kl';
import { whiten } from '../algorithms/masked';
import {
  Optimizer,
  scheduledOptions,
  type OptimizerOptions,
  type SavedOptimizer,
} from '../algorithms/optimizer';
import {
  checkFinite,
  checkFirstMinibatch,
  checkSampling,
  PpoError,
} from '../algorithms/ppo-checks';
import { policyLoss, valueLoss } from '../algorithms/ppo-loss';
import { ppoMetrics, type UpdateStatistics } from '../algorithms/ppo-metrics';
import { applyMissingEosScore, tokenRewards } from '../algorithms/rewards';
import { mean } from '../algorithms/statistics';
import type { LengthsConfig, PpoConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { cycle, permutation, STREAM, seedOf } from '../data/random';
import { meanGold, responseTexts, rolloutRecords } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { analyseRollout } from '../model/analyse';
import { generate, type Generated } from '../model/generate';
import { responseLogProbabilities, responseValues } from '../model/heads';
import { Model, prefixed, readTensors, unprefixed } from '../model/model';
import { makeOwned } from '../model/owned';
import { takeMinibatch, type Minibatch } from '../model/minibatch';
import { joinRows, rowTensors, takeTokenRows, type Rows } from '../model/rows';
import { initialCritic, scoresOf, type Scorer } from '../model/scorer';
import type {
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
  progress: TrainingProgress;
}

/** Begin PPO, or go on from where `saved` left off. */
export function ppo(inputs: PpoInputs, config: PpoConfig, saved?: SavedRun): TrainingRun {
  if (inputs.prompts.length === 0)
    throw new PpoError('There are no training prompts to sample from. Add or import some.');
  exactDivide(config.batchSize, config.minibatches, 'Episodes by minibatches');
  const state = saved ? resume(inputs, saved) : begin(inputs, config);
  return {
    steps: steps(state, inputs, config),
    progress: state.progress,
    save: async () => ({
      ...prefixed('policy', await state.policy.records()),
      ...prefixed('value', await state.value.records()),
      ...prefixed('policy-optimizer', await readTensors(state.policyOptimizer.moments())),
      ...prefixed('value-optimizer', await readTensors(state.valueOptimizer.moments())),
    }),
    modelConfig: state.policy.config,
    result: async () => ({ config: state.policy.config, tensors: await state.policy.records() }),
    dispose: () => {
      const { policy, value, reference, reward, policyOptimizer, valueOptimizer } = state;
      for (const owner of [policy, value, reference, reward, policyOptimizer, valueOptimizer])
        owner?.dispose();
    },
  };
}

function begin(inputs: PpoInputs, config: PpoConfig): State {
  const policy = { tensors: inputs.reference.tensors };
  const value = { tensors: initialCritic(inputs.reward, inputs.reference).tensors };
  return {
    ...models(inputs, policy, value),
    progress: {
      step: 0,
      steps: config.steps,
      optimizerSteps: { policy: 0, value: 0 },
      klCoefficient: config.klCoefficient,
      randomCounters: { episodes: 0 },
      dataCursor: 0,
    },
  };
}

function resume(inputs: PpoInputs, { tensors, progress }: SavedRun): State {
  const saved = (name: 'policy' | 'value'): Trained => ({
    tensors: unprefixed(name, tensors),
    optimizer: {
      step: progress.optimizerSteps[name] ?? 0,
      moments: unprefixed(`${name}-optimizer`, tensors),
    },
  });
  return {
    ...models(inputs, saved('policy'), saved('value')),
    progress: structuredClone(progress),
  };
}

/** Where a model in training begins, and how its optimizer stood. */
interface Trained {
  tensors: TensorRecords;
  optimizer?: SavedOptimizer;
}

const models = ({ reference, reward }: PpoInputs, policy: Trained, value: Trained) =>
  makeOwned((own) => {
    const ofPolicy = own(new Model('policy', reference.config, 'language', policy.tensors));
    const { config } = initialCritic(reward, reference);
    const ofValue = own(new Model('value', config, 'scalar', value.tensors));
    return {
      policy: ofPolicy,
      value: ofValue,
      reference: own(new Model('reference', reference.config, 'language', reference.tensors, false)), // prettier-ignore
      reward: typeof reward === 'function' ? null : own(new Model('reward', reward.config, 'scalar', reward.tensors, false)), // prettier-ignore
      policyOptimizer: own(new Optimizer(ofPolicy.parameters, policy.optimizer)),
      valueOptimizer: own(new Optimizer(ofValue.parameters, value.optimizer)),
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
    const episodes = await rollOut(state, inputs, config, queryTokens); // 1 to 6
    const update = await optimize(state, episodes, inputs, config); // 7
    const known = meanGold(episodes.prompts, episodes.texts);
    const metrics = {
      ...ppoMetrics({ ...episodes, klCoefficient: progress.klCoefficient }, update),
      ...(known === null ? {} : { 'objective/gold': known }),
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
interface Episodes extends Generated {
  prompts: Prompt[]; // (B)
  texts: string[]; // (B)
  /** R. */
  responseLength: number;
  /** Query and response side by side (B, P+R). */
  rows: Rows;
  referenceLogProbabilities: Float32Array;
  entropy: Float32Array;
  values: Float32Array;
  scores: Float32Array; // (B), after the missing-EOS rule
  rewards: Float32Array;
  advantages: Float32Array;
  /** Advantages as the policy loss uses them. */
  whitened: Float32Array;
  returns: Float32Array;
}

async function rollOut(
  state: State,
  inputs: PpoInputs,
  config: PpoConfig,
  queryTokens: number,
): Promise<Episodes> {
  const { tokenizer, lengths, seed } = inputs;
  const { progress } = state;
  const B = config.batchSize;
  const responseLength = lengths.responseTokens; // R

  // 1. Queries, shuffled anew in every pass over the prompts.
  const prompts = cycle(inputs.prompts, progress.dataCursor, B, seed, STREAM.queries);
  progress.dataCursor += B;
  const queries = queryBatch(prompts, tokenizer, queryTokens); // (B, P)

  // 2. Responses; every episode of a run has a random stream of its own.
  const first = progress.randomCounters.episodes ?? 0;
  progress.randomCounters.episodes = first + B;
  const responses = await generate(state.policy, queries.ids, queries.mask, {
    responseTokens: responseLength,
    temperature: config.temperature,
    topK: 0,
    topP: 1,
    seed: seedOf(seed, STREAM.rollouts),
    streams: Array.from({ length: B }, (_, row) => first + row),
  });

  // 3. What each model makes of them.
  const { mask, finished } = responses;
  const rows = joinRows(queries, responses, B); // (B, P+R)
  const analysis = await analyseRollout(state, rows, mask, B, config.temperature);
  checkSampling(responses.logProbabilities, analysis.logProbabilities, mask);

  // 4. A response that never ends gets a fixed score in place of its own.
  const texts = responseTexts(responses, tokenizer);
  const rawScores = scoresOf(inputs.reward, { ...responses, prompts, texts }, analysis.rawScores);
  const scores = applyMissingEosScore(rawScores, finished, config.missingEosScore); // (B)

  // 5. and 6. Rewards, advantages and returns per token.
  const scored = { ...analysis, mask, scores, responseLength };
  const rewards = tokenRewards(scored, progress.klCoefficient);
  const { advantages, returns } = generalizedAdvantages(
    { rewards, values: analysis.values, mask, responseLength },
    { discount: config.discount, lambda: config.gaeLambda },
  );
  const whitened = config.whitenAdvantages ? whiten(advantages, mask) : advantages;
  return { ...responses, ...scored, prompts, texts, rows, rewards, advantages, whitened, returns };
}

// ── 7: the updates ────────────────────────────────────────────────────────────────────────────────

/** What a minibatch measures, in the order in which it is stacked on the device. */
// prettier-ignore
const STATISTICS = [
  'policyLoss', 'ratioMean', 'ratioMax', 'approximateKl', 'clipFraction', 'policyNorm',
  'valueLoss', 'valueError', 'valueClipFraction', 'valueNorm',
] as const satisfies (keyof UpdateStatistics)[];

/** All passes over the rollout. The statistics of every minibatch are read back together at the end. */
async function optimize(
  state: State,
  episodes: Episodes,
  { seed }: PpoInputs,
  config: PpoConfig,
): Promise<UpdateStatistics> {
  const B = config.batchSize;
  const size = exactDivide(B, config.minibatches, 'Episodes by minibatches');
  const updatesOf = (steps: number) => steps * config.epochs * config.minibatches;
  const { step, steps } = state.progress;
  // While the critic warms up the policy only measures; its schedule begins afterwards.
  const policyRests = step < config.criticWarmup;
  const policyUpdates = updatesOf(Math.max(1, steps - config.criticWarmup));
  const measured: tf.Tensor1D[] = []; // each (S)
  try {
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      const pass = step * config.epochs + epoch;
      const order = permutation(B, seed, STREAM.minibatches, pass);
      for (let start = 0; start < B; start += size) {
        const minibatch = takeMinibatch(episodes, order.slice(start, start + size));
        const { policyOptimizer, valueOptimizer } = state;
        const policyOptions = policyRests
          ? null
          : scheduledOptions(config, config.learningRate, policyOptimizer.step, policyUpdates);
        const valueOptions = scheduledOptions(config, config.valueLearningRate, valueOptimizer.step, updatesOf(steps)); // prettier-ignore
        measured.push(
          tf.tidy(() => updateOnce(state, minibatch, config, policyOptions, valueOptions)),
        );
      }
    }
    const stacked = tf.tidy(() => tf.stack(measured)); // (minibatches of all passes, S)
    const values = await stacked.data<'float32'>(); // the one readback
    stacked.dispose();
    const rows = measured.map((_, i) => statisticsOf(values.slice(i * STATISTICS.length)));
    checkFirstMinibatch(rows[0]!);
    const averages = statisticsOf(STATISTICS.map((name) => mean(rows.map((row) => row[name]))));
    return { ...averages, ratioMax: Math.max(...rows.map((row) => row.ratioMax)) };
  } finally {
    tf.dispose(measured);
  }
}

const statisticsOf = (values: ArrayLike<number>): UpdateStatistics =>
  // The keys are those of the type, by the `satisfies` above.
  Object.fromEntries(STATISTICS.map((name, i) => [name, values[i]])) as unknown as UpdateStatistics;

/** One step of policy (unless it rests) and value model on one minibatch; statistics (S). Call it inside a `tidy`. */
function updateOnce(
  { policy, value, policyOptimizer, valueOptimizer }: State,
  batch: Minibatch,
  config: PpoConfig,
  policyOptions: OptimizerOptions | null,
  valueOptions: OptimizerOptions,
): tf.Tensor1D {
  const { B, R, tokenCount } = batch;
  const { ids, mask: rowMask } = rowTensors(batch.rows, B); // (B, P+R)
  const perToken = (values: Float32Array): tf.Tensor2D => tf.tensor2d(values, [B, R]);
  const mask = perToken(batch.mask);

  const ofPolicy = lossGradients(policy.parameters, () => {
    const now = responseLogProbabilities(policy, ids, rowMask, R, config.temperature);
    const oldLogProbabilities = perToken(batch.logProbabilities);
    const advantages = perToken(batch.whitened);
    return policyLoss(
      { ...now, oldLogProbabilities, advantages, mask, tokenCount },
      { clipRange: config.clipRange, entropyCoefficient: config.entropyCoefficient },
    );
  });
  const ofValue = lossGradients(value.parameters, () => {
    const values = responseValues(value, ids, rowMask, R);
    const oldValues = perToken(batch.values);
    const returns = perToken(batch.returns);
    return valueLoss(
      { values, oldValues, returns, mask, tokenCount },
      { clipRange: config.valueClipRange },
    );
  });
  const statistics: Record<keyof UpdateStatistics, tf.Scalar> = {
    ...ofPolicy.statistics,
    ...ofValue.statistics,
    valueLoss: ofValue.loss,
    policyNorm: policyOptions
      ? policyOptimizer.apply(ofPolicy.gradients, policyOptions)
      : clipByGlobalNorm(ofPolicy.gradients, Infinity).norm,
    valueNorm: valueOptimizer.apply(ofValue.gradients, valueOptions),
  };
  return tf.stack(STATISTICS.map((name) => statistics[name])) as tf.Tensor1D;
}

// ── Episodes to look at ───────────────────────────────────────────────────────────────────────────

/** The first episodes token by token, with the ratio that the updates left them at. */
async function keep(
  state: State,
  episodes: Episodes,
  { tokenizer, runId }: PpoInputs,
  config: PpoConfig,
): Promise<Rollout[]> {
  const { responseLength: R, scores } = episodes;
  const B = Math.min(KEPT_EPISODES, scores.length);
  const T = exactDivide(episodes.rows.ids.length, scores.length, 'Ids by rows');
  const first = Array.from({ length: B }, (_, row) => row);
  const after = tf.tidy(() => {
    const { ids, mask } = rowTensors(takeTokenRows(episodes.rows, first, T), B);
    return responseLogProbabilities(state.policy, ids, mask, R, config.temperature)
      .logProbabilities;
  }); // (B, R)
  const newLogProbabilities = await after.data<'float32'>();
  after.dispose();
  return rolloutRecords({ ...episodes, newLogProbabilities }, B, {
    runId,
    step: state.progress.step + 1,
    tokenizer,
    clipRange: config.clipRange,
  });
}
