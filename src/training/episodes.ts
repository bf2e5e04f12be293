/**
 * How every method that learns from responses of its own comes by them. An episode is a query with its response:
 *
 *   1. sample queries, each asked as often as the method wants responses to one prompt
 *   2. the policy responds
 *   3. policy, reference and, where there are any, value and reward model analyse the responses
 *   4. each response is scored, and a response that never ends gets a fixed score
 *
 * The policy samples without dropout, top-k and top-p, which would make it another than the one that learns.
 */
import { checkSampling, PpoError } from '../algorithms/ppo-checks';
import { applyMissingEosScore } from '../algorithms/rewards';
import { cautiousScores, NO_MOMENTS, shapeScores, type ScoreShaping } from '../algorithms/scores';
import type { LengthsConfig } from '../config';
import { queryBatch } from '../data/batches';
import { cycle, STREAM, seedOf } from '../data/random';
import { responseTexts, rolloutRecords, type EpisodeArrays } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import type { RolloutModels } from '../model/analyse';
import type { Model } from '../model/model';
import { firstLogProbabilities, rollOut, type DrawnResponses } from '../model/rollout';
import { scoresOf, type Scorer } from '../model/scorer';
import type { Prompt, Rollout, TrainingProgress, Weights } from '../records';

/** Episodes of each step that are kept for people to look at. */
const KEPT_EPISODES = 4;

/** What a method is given that samples queries and has the responses scored. */
export interface SamplingInputs {
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

/** @throws PpoError where there is nothing to sample from */
export function assertPrompts(prompts: readonly Prompt[]): void {
  if (prompts.length === 0)
    throw new PpoError('There are no training prompts to sample from. Add or import some.');
}

/** What one rollout left on the host. The responses to one prompt lie one after the other. */
export interface Episodes extends DrawnResponses {
  prompts: Prompt[]; // (B)
  texts: string[]; // (B)
}

/** How large a rollout is, and how it is drawn. */
export interface RolloutSize {
  /** B, episodes. */
  batchSize: number;
  responsesPerPrompt: number;
  temperature: number;
}

/**
 * 1 to 3: the next B episodes of a run, which `progress` then counts. Queries are shuffled anew in every pass over
 * the prompts, and every episode has a random stream of its own, so that none depends on which others share its batch.
 * @param queryTokens P, one shape for all rollouts of a run: the longest prompt of the data within the limit
 * @throws PpoError where the policy that sampled is not the one that learns
 */
export async function drawEpisodes(
  models: RolloutModels,
  progress: TrainingProgress,
  { prompts: all, tokenizer, lengths, seed }: Pick<SamplingInputs, 'prompts' | 'tokenizer' | 'lengths' | 'seed'>, // prettier-ignore
  queryTokens: number,
  config: RolloutSize,
): Promise<Episodes> {
  const { batchSize: B, responsesPerPrompt } = config;
  const asked = cycle(all, progress.dataCursor, B / responsesPerPrompt, seed, STREAM.queries);
  progress.dataCursor += asked.length;
  const prompts = asked.flatMap((prompt) => Array<Prompt>(responsesPerPrompt).fill(prompt)); // (B)
  const first = progress.randomCounters.episodes ?? 0;
  progress.randomCounters.episodes = first + B;
  const queries = queryBatch(prompts, tokenizer, queryTokens); // (B, P)
  const drawn = await rollOut(models, queries, config, {
    responseTokens: lengths.responseTokens, // R
    seed: seedOf(seed, STREAM.rollouts),
    streams: prompts.map((_, row) => first + row),
    siblings: responsesPerPrompt,
  });
  checkSampling(drawn.sampledLogProbabilities, drawn.logProbabilities, drawn.mask);
  return { ...drawn, prompts, texts: responseTexts(drawn, tokenizer) };
}

/** Scores (B), in reward. */
export interface EpisodeScores {
  /** As they were given, after the missing-EOS rule: what people look at. */
  scores: Float32Array;
  /** As the policy is paid: shifted and scaled as the config says. */
  paid: Float32Array;
}

/** 4: scores of a rollout. `progress` keeps the moments of scores so far. */
export function scoreEpisodes(
  scorer: Scorer,
  episodes: Episodes,
  shaping: ScoreShaping & { spreadPenalty: number },
  progress: TrainingProgress,
): EpisodeScores {
  const means = scoresOf(scorer, episodes, episodes.rawScores); // (B)
  const raw = cautiousScores(means, episodes.rawSpreads, shaping.spreadPenalty); // (B)
  const past = { ...NO_MOMENTS, ...progress.running };
  const paid = shapeScores(raw, episodes.finished, shaping, past);
  progress.running = { ...progress.running, ...paid.running };
  const scores = applyMissingEosScore(raw, episodes.finished, shaping.missingEosScore);
  return { scores, paid: paid.scores };
}

/** The first episodes token by token, with the ratio that the updates left them at. */
export async function keptEpisodes(
  policy: Model,
  episodes: Episodes & Omit<EpisodeArrays, 'newLogProbabilities'>,
  step: number,
  { tokenizer, runId }: Pick<SamplingInputs, 'tokenizer' | 'runId'>,
  { temperature, clipRange }: { temperature: number; clipRange: number },
): Promise<Rollout[]> {
  const count = Math.min(KEPT_EPISODES, episodes.prompts.length);
  const newLogProbabilities = await firstLogProbabilities(policy, episodes, count, temperature);
  return rolloutRecords({ ...episodes, newLogProbabilities }, count, { runId, step, tokenizer, clipRange }); // prettier-ignore
}
