/**
 * Stage 7 without a judge: a model answers held-out prompts by itself, for rules to measure, and the base says how
 * likely it finds what was answered. A policy that found a way to please the reward model in words that nobody
 * would say shows it here: the base finds its answers unlikely.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LengthsConfig } from '../config';
import { pairBatch, pairWidths, queryBatch, queryWidth } from '../data/batches';
import { STREAM, seedOf } from '../data/random';
import { responseTexts } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { generate } from '../model/generate';
import { responseLogProbabilities } from '../model/heads';
import { Model } from '../model/model';
import { joinRows, rowTensors } from '../model/rows';
import type { DrawnAnswer, Progress, Prompt, Weights } from '../records';

/** Prompts that are answered, and answers that are judged, together. */
export const ROWS = 32;

export interface AnswersInputs {
  policy: Weights;
  /** Held-out prompts only. */
  prompts: readonly Prompt[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
}

/** An answer as it was drawn; not finished where the length limit came before its end. */
export type GivenAnswer = Omit<DrawnAnswer, 'tokens'>;

/** One answer to each prompt. @param temperature 0 takes the likeliest tokens. @throws Error without prompts */
export async function* answerPrompts(
  { policy, prompts, tokenizer, lengths, seed }: AnswersInputs,
  { temperature }: { temperature: number },
): AsyncGenerator<Progress, DrawnAnswer[]> {
  const [first] = prompts;
  if (!first) throw new Error('There are no held-out prompts to answer. Add or import some.');
  const P = queryWidth(prompts, tokenizer, lengths.promptTokens);
  const model = new Model('answers', policy.config, 'language', policy.tensors, false);
  const answers: DrawnAnswer[] = [];
  try {
    for (let start = 0; start < prompts.length; start += ROWS) {
      // The last batch is filled up, so that every batch has one shape.
      const full = Array.from({ length: ROWS }, (_, row) => prompts[start + row] ?? first);
      const queries = queryBatch(full, tokenizer, P); // (B, P)
      const drawn = await generate(model, queries.ids, queries.mask, {
        responseTokens: lengths.responseTokens,
        temperature,
        topK: 0,
        topP: 1,
        seed: seedOf(seed, STREAM.evaluation),
        streams: full.map((_, row) => start + row),
      });
      const texts = responseTexts(drawn, tokenizer);
      for (const [row, prompt] of prompts.slice(start, start + ROWS).entries())
        answers.push({
          prompt,
          answer: texts[row] ?? '',
          finished: drawn.finished[row] ?? false,
          tokens: drawn.lengths[row] ?? 0,
        });
      yield { done: answers.length, total: prompts.length, what: 'Answering' };
    }
  } finally {
    model.dispose();
  }
  return answers;
}

export interface LikelihoodInputs {
  /** The model whose opinion is asked. */
  under: Weights;
  answers: readonly GivenAnswer[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
}

/**
 * Mean of −log π(token | all before it) over all tokens of the answers, nats per token, at temperature 1. The end
 * counts as a token of the answers that reached it. @throws Error without an answer
 */
export async function* negativeLogLikelihood({
  under,
  answers,
  tokenizer,
  lengths,
}: LikelihoodInputs): AsyncGenerator<Progress, number> {
  const pairs = answers.map(({ prompt, answer }) => ({ text: prompt.text, response: answer }));
  const widths = pairWidths(pairs, tokenizer, lengths);
  const model = new Model('reader', under.config, 'language', under.tensors, false);
  let [sum, tokens] = [0, 0];
  try {
    for (let start = 0; start < pairs.length; start += ROWS) {
      const some = pairs.slice(start, start + ROWS);
      const { queries, responses, B, R } = pairBatch(some, tokenizer, widths, ROWS);
      const counted = responses.mask.slice(); // (B, R)
      for (const [row, { finished }] of answers.slice(start, start + ROWS).entries())
        if (!finished) dropEnd(responses.ids, counted, row * R, R, tokenizer.eosId);
      const nll = tf.tidy(() => {
        const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (B, P+R)
        const { logProbabilities } = responseLogProbabilities(model, ids, mask, R); // (B, R)
        return tf.neg(tf.sum(tf.mul(logProbabilities, tf.tensor2d(counted, [B, R]))));
      });
      sum += (await nll.data<'float32'>())[0] ?? NaN;
      nll.dispose();
      tokens += counted.reduce((count, one) => count + one, 0);
      yield { done: start + some.length, total: pairs.length, what: 'Reading answers' };
    }
  } finally {
    model.dispose();
  }
  return sum / tokens;
}

/** Count the end no longer in the row that begins at `start`: it was not drawn, but comes with every text. */
function dropEnd(ids: Int32Array, counted: Float32Array, start: number, R: number, eosId: number) {
  const end = ids.subarray(start, start + R).indexOf(eosId);
  if (end >= 0) counted[start + end] = 0;
}
