/** Letting models speak and score outside of training: for the playground, live texts and judging. */
import type { LengthsConfig } from '../config';
import { pairBatch, pairWidths, queryBatch, queryWidth } from '../data/batches';
import { STREAM, seedOf } from '../data/random';
import { responseTexts } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { generate } from '../model/generate';
import { RewardEnsemble } from '../model/members';
import { scoreByEnsemble } from '../model/score';
import { Model } from '../model/model';
import type { Id, Labeler, Prompt, SampledResponse, Weights } from '../records';
import type { CompleteReply, CompleteRequest } from './messages';
import type { Models } from './models';

/** Held-out prompts that a run is watched on. */
const FIXED_TEXTS = 4;
const FIXED_TEXT_TOKENS = 40;

/** Answers of each checkpoint to each prompt, from the same random streams. */
export async function completions(
  models: Models,
  request: CompleteRequest,
): Promise<CompleteReply> {
  const answers: SampledResponse[][] = [];
  for (const id of request.checkpointIds)
    answers.push(await speak(await models.weights(id), models.tokenizer, request));
  return { answers };
}

/** The same prompts with the same seed at every look, so that what changes is the model. */
export async function fixedTexts(
  model: Weights,
  prompts: Prompt[],
  tokenizer: Tokenizer,
  seed: number,
): Promise<{ prompt: string; text: string }[]> {
  const heldOut = prompts.filter(({ split }) => split === 'held-out');
  const tasks = new Map(heldOut.map((prompt) => [prompt.task, prompt])); // one of each task
  const texts = [...tasks.values()].slice(0, FIXED_TEXTS).map(({ text }) => text);
  if (texts.length === 0) return [];
  const lengths = { promptTokens: 64, responseTokens: FIXED_TEXT_TOKENS };
  const decoding = { temperature: 0.7, topK: 0, topP: 1, seed };
  const answers = await speak(model, tokenizer, { prompts: texts, lengths, ...decoding });
  return texts.map((prompt, i) => ({ prompt, text: answers[i]!.text }));
}

async function speak(
  weights: Weights,
  tokenizer: Tokenizer,
  request: Omit<CompleteRequest, 'checkpointIds'>,
): Promise<SampledResponse[]> {
  const { prompts, lengths, temperature, topK, topP, seed } = request;
  const texts = prompts.map((text) => ({ text }));
  const P = queryWidth(texts, tokenizer, lengths.promptTokens);
  const queries = queryBatch(texts, tokenizer, P);
  const model = new Model('speaker', weights.config, 'language', weights.tensors, false);
  try {
    const responses = await generate(model, queries.ids, queries.mask, {
      responseTokens: lengths.responseTokens,
      temperature,
      topK,
      topP,
      seed: seedOf(seed, STREAM.playground),
      streams: prompts.map((_, row) => row),
    });
    return responseTexts(responses, tokenizer).map((text, row) => ({
      text,
      tokens: responses.lengths[row]!,
      finished: responses.finished[row]!,
    }));
  } finally {
    model.dispose();
  }
}

/** The reward model's score of each pair, the mean where it has several members. */
export async function scores(
  weights: Weights,
  pairs: { prompt: string; response: string }[],
  tokenizer: Tokenizer,
  lengths: LengthsConfig,
): Promise<number[]> {
  if (pairs.length === 0) return [];
  const texts = pairs.map(({ prompt, response }) => ({ text: prompt, response }));
  const reward = new RewardEnsemble('scorer', weights);
  try {
    const { queries, responses, B } = pairBatch(texts, tokenizer, pairWidths(texts, tokenizer, lengths)); // prettier-ignore
    return (await scoreByEnsemble(reward.members, queries, responses, B)).mean;
  } finally {
    reward.dispose();
  }
}

/** A judge that prefers what the reward model scores higher. */
export function modelJudge(
  weights: Weights,
  rewardModelId: Id,
  tokenizer: Tokenizer,
  lengths: LengthsConfig,
): Labeler {
  const info = {
    id: `reward-model:${rewardModelId}`,
    name: 'Reward model',
    source: 'simulated' as const,
    rule: 'reward-model',
  };
  return {
    info,
    rank: async (sample) => {
      const responses = sample.responses.map(({ text }) => text);
      const pairs = responses.map((response) => ({ prompt: sample.prompt.text, response }));
      const values = await scores(weights, pairs, tokenizer, lengths);
      return {
        id: `${info.id}:${sample.id}`,
        sampleId: sample.id,
        prompt: sample.prompt,
        responses,
        ranks: values.map((value) => 1 + values.filter((other) => other > value).length),
        verdict: 'ranked',
        flagged: false,
        shown: responses.map((_, i) => i),
        labeler: info,
        seconds: 0,
        createdAt: sample.createdAt,
      };
    },
  };
}
