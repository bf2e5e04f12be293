/**
 * Stage 3: several answers to each prompt, for labelers to rank (Ouyang 2022, section 3.5: K = 4 to 9).
 *
 * Answer k of prompt i draws from random stream i·K + k, so it does not depend on which prompts share its
 * batch, nor on how many were asked for; those that are borrowed (`data/borrowing.ts`) do.
 */
import type { LengthsConfig, SamplesConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { rowOf } from '../data/borrowing';
import { STREAM, seedOf } from '../data/random';
import { responseTexts } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { generate } from '../model/generate';
import { Model } from '../model/model';
import type { Progress, Prompt, Sample, Weights } from '../records';

/** Rows that are sampled together. */
const ROWS = 32;

export interface SamplesInputs {
  policy: Weights;
  /** Where these weights are stored, so that a sample tells what it came from. */
  checkpointId: string;
  prompts: Prompt[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
  /** Milliseconds since 1970, written into each sample; given, so that a run can be repeated exactly. */
  now: number;
}

/** Samples as they are drawn, a batch at a time: store them before asking for the next. */
export interface SamplesStep extends Progress {
  samples: Sample[];
}

/** Draw `config.answers` responses to every prompt. Returns all samples, in the order of the prompts. */
export async function* drawSamples(
  inputs: SamplesInputs,
  config: SamplesConfig,
): AsyncGenerator<SamplesStep, Sample[]> {
  const { prompts, tokenizer, lengths, seed } = inputs;
  const K = config.answers;
  const perBatch = Math.max(1, Math.floor(ROWS / K));
  const P = queryWidth(prompts, tokenizer, lengths.promptTokens);
  const all: Sample[] = [];
  const policy = new Model(
    'sampler',
    inputs.policy.config,
    'language',
    inputs.policy.tensors,
    false,
  );
  try {
    for (let start = 0; start < prompts.length; start += perBatch) {
      const batch = prompts.slice(start, start + perBatch);
      const rows = batch.flatMap((prompt) => Array<Prompt>(K).fill(prompt)); // (prompts · K)
      // The last batch is filled up with its first row, so that every batch has one shape.
      const full = [...rows, ...Array<Prompt>(perBatch * K - rows.length).fill(batch[0]!)];
      const queries = queryBatch(full, tokenizer, P); // (B, P)
      const responses = await generate(policy, queries.ids, queries.mask, {
        responseTokens: lengths.responseTokens,
        temperature: config.temperature,
        topK: config.topK,
        topP: config.topP,
        seed: seedOf(seed, STREAM.samples),
        streams: full.map((_, row) => start * K + row),
        siblings: K,
      });
      const texts = responseTexts(responses, tokenizer);
      const samples = batch.map((prompt, i): Sample => ({
        id: `${inputs.checkpointId}:${seed}:${prompt.id}`,
        prompt,
        checkpointId: inputs.checkpointId,
        temperature: config.temperature,
        seed,
        responses: Array.from({ length: K }, (_, k) => {
          const row = rowOf({ i, k, start }, { texts, prompts: batch.length }, config, seed);
          const from = Math.floor(row / K);
          return {
            text: texts[row]!,
            tokens: responses.lengths[row]!,
            finished: responses.finished[row]!,
            ...(from === i ? {} : { borrowedFrom: batch[from]!.id }),
          };
        }),
        createdAt: inputs.now,
      }));
      all.push(...samples);
      yield { done: all.length, total: prompts.length, what: 'Drawing answers', samples };
    }
  } finally {
    policy.dispose();
  }
  return all;
}
