/**
 * Stage 7: is it better? Two models answer the same held-out prompts with the same seed and decoding; a
 * judge who does not know which is which prefers one, or neither. Reported are the win rate with its
 * Wilson interval, how far the one has moved from the other (KL), and gold scores where a rule knows.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sequenceKl } from '../algorithms/kl';
import { mean } from '../algorithms/statistics';
import { winRate } from '../algorithms/win-rate';
import type { EvaluationConfig, LengthsConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { gold } from '../data/gold';
import { STREAM, seedOf } from '../data/random';
import { responseTexts } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { generate } from '../model/generate';
import type { Generated } from '../model/transcript';
import { responseLogProbabilities } from '../model/heads';
import { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { joinRows, rowTensors, type Rows } from '../model/rows';
import type { Contest, Evaluation, Labeler, Progress, Prompt, Sample, Weights } from '../records';

/** Prompts that are answered together. */
const ROWS = 32;

export interface EvaluationInputs {
  policy: Weights;
  policyId: string;
  baseline: Weights;
  baselineId: string;
  /** Held-out prompts only. */
  prompts: Prompt[];
  judge: Labeler;
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
  now: number;
}

/** Let both models answer, and the judge decide. */
export async function* evaluate(
  inputs: EvaluationInputs,
  config: EvaluationConfig,
): AsyncGenerator<Progress, Evaluation> {
  const prompts = inputs.prompts.slice(0, config.prompts);
  if (prompts.length === 0)
    throw new Error('There are no held-out prompts to evaluate on. Add or import some.');
  const { policyId, baselineId } = inputs;
  const contests: Contest[] = [];
  const kls: number[] = [];
  const { policy, baseline } = makeOwned((own) => ({
    policy: own(new Model('contender', inputs.policy.config, 'language', inputs.policy.tensors, false)), // prettier-ignore
    baseline: own(new Model('baseline', inputs.baseline.config, 'language', inputs.baseline.tensors, false)), // prettier-ignore
  }));
  try {
    for (let start = 0; start < prompts.length; start += ROWS) {
      const batch = prompts.slice(start, start + ROWS);
      const ours = await answer(policy, baseline, inputs, config, batch, start);
      const theirs = await answer(baseline, null, inputs, config, batch, start);
      kls.push(...ours.kl);
      for (const [i, prompt] of batch.entries())
        contests.push(contestOf(prompt, [policyId, ours, baselineId, theirs], i, inputs, config));
      yield { done: contests.length, total: prompts.length, what: 'Comparing answers' };
    }
  } finally {
    policy.dispose();
    baseline.dispose();
  }
  return decided(contests, mean(kls), inputs);
}

/**
 * The evaluation of contests whose answers are there already, as those are that best of n picked.
 * @param kl of the policy from the baseline, nats per response
 */
export async function decided(
  contests: Contest[],
  kl: number,
  inputs: Pick<EvaluationInputs, 'policyId' | 'baselineId' | 'judge' | 'seed' | 'now'>,
): Promise<Evaluation> {
  const { policyId, baselineId, judge, seed, now } = inputs;
  const tally = { wins: 0, losses: 0, ties: 0 };
  const decisions: Contest[] = [];
  for (const contest of contests) {
    const verdict = await judged(judge, contest);
    tally[verdict] += 1;
    decisions.push({ ...contest, outcome: OUTCOME_OF[verdict] });
  }
  return {
    id: `evaluation:${policyId}:${baselineId}:${judge.info.id}:${seed}`,
    checkpointId: policyId,
    baselineId,
    judge: judge.info,
    winRate: winRate(tally),
    kl,
    gold: meanGold(contests),
    contests: decisions,
    createdAt: now,
  };
}

const OUTCOME_OF = { wins: 'win', losses: 'loss', ties: 'tie' } as const;

interface Answers {
  texts: string[];
  finished: boolean[];
  /** Sum of k1 against the other model over each answer, nats; empty where none was asked for. */
  kl: number[];
}

async function answer(
  model: Model,
  against: Model | null,
  { prompts, tokenizer, lengths, seed }: EvaluationInputs,
  config: EvaluationConfig,
  batch: Prompt[],
  start: number,
): Promise<Answers> {
  // The last batch is filled up, so that every batch has one shape.
  const full = [...batch, ...Array<Prompt>(ROWS - batch.length).fill(batch[0]!)];
  const P = queryWidth(prompts.slice(0, config.prompts), tokenizer, lengths.promptTokens);
  const queries = queryBatch(full, tokenizer, P); // (B, P)
  const draw = (temperature: number) =>
    generate(model, queries.ids, queries.mask, {
      responseTokens: lengths.responseTokens,
      temperature,
      topK: 0,
      topP: 1,
      seed: seedOf(seed, STREAM.evaluation),
      streams: full.map((_, row) => start + row),
    });
  const responses = await draw(config.temperature);
  const texts = responseTexts(responses, tokenizer).slice(0, batch.length);
  let kl: number[] = [];
  if (against) {
    // The KL is that of sampling; a greedy answer says nothing about it, so one is drawn for it alone.
    const drawn = config.temperature === 0 ? await draw(1) : responses;
    kl = await klBetween(model, against, queries, drawn, config.temperature || 1);
  }
  return { texts, finished: responses.finished, kl: kl.slice(0, batch.length) };
}

/** Sum over each response of log π − log π_against, both at the temperature of sampling (B), nats. */
async function klBetween(
  model: Model,
  against: Model,
  queries: Rows,
  responses: Generated,
  temperature: number,
): Promise<number[]> {
  const B = responses.lengths.length;
  const R = responses.ids.length / B;
  const rows = joinRows(queries, responses, B); // (B, P+R)
  const both = tf.tidy(() => {
    const { ids, mask } = rowTensors(rows, B);
    return tf.stack(
      [model, against].map(
        (m) => responseLogProbabilities(m, ids, mask, R, temperature).logProbabilities,
      ),
    ); // (2, B, R)
  });
  const flat = (await both.data<'float32'>()).slice();
  both.dispose();
  return [...sequenceKl('k1', flat.subarray(0, B * R), flat.subarray(B * R), responses.mask, R)];
}

function contestOf(
  prompt: Prompt,
  [policyId, ours, baselineId, theirs]: [string, Answers, string, Answers],
  i: number,
  { seed }: EvaluationInputs,
  { temperature }: EvaluationConfig,
): Contest {
  const answerOf = (checkpointId: string, { texts, finished }: Answers) => ({
    checkpointId,
    text: texts[i]!,
    finished: finished[i]!,
    gold: gold(prompt, texts[i]!)?.total ?? null,
  });
  return {
    id: `${policyId}:${baselineId}:${seed}:${prompt.id}`,
    prompt,
    answers: [answerOf(policyId, ours), answerOf(baselineId, theirs)],
    seed,
    temperature,
  };
}

/** The judge sees a sample of two answers and ranks it like any other. */
async function judged(judge: Labeler, contest: Contest): Promise<'wins' | 'losses' | 'ties'> {
  const sample: Sample = {
    id: contest.id,
    prompt: contest.prompt,
    checkpointId: contest.answers[0]!.checkpointId,
    temperature: contest.temperature,
    seed: contest.seed,
    responses: contest.answers.map(({ text, finished }) => ({ text, finished, tokens: 0 })),
    createdAt: 0,
  };
  const { ranks, verdict } = await judge.rank(sample);
  const [ours, theirs] = ranks;
  if (verdict === 'skipped' || ours === theirs) return 'ties';
  return ours! < theirs! ? 'wins' : 'losses';
}

function meanGold(contests: Contest[]): Evaluation['gold'] {
  const known = contests.filter(({ answers }) => answers.every((a) => a.gold !== null));
  if (known.length === 0) return null;
  const of = (side: number) => mean(known.map(({ answers }) => answers[side]!.gold!));
  return { checkpoint: of(0), baseline: of(1) };
}
