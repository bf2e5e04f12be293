/** What a base says when it is asked for nothing: how ten fixed openings go on, the likeliest token each time. */
import type { Tokenizer } from '../../data/tokenizer';
import { generate } from '../../model/generate';
import type { Model } from '../../model/model';

const OPENINGS = [
  'Once upon a time, there was a little girl named Lily.',
  'One day, a small dog',
  'Tom had a red ball.',
  'The sun was hot, and the bird',
  'Mom said, "',
  'In a big forest lived a fox who',
  'The king was sad because',
  '"I am hungry," said the cat.',
  'Sara and Ben went to the park.',
  'It was a cold night.',
];
const STORY_TOKENS = 120;

export interface Story {
  opening: string;
  /** What the model wrote behind it. */
  text: string;
}

/** All ten stories, none picked. */
export async function greedyStories(model: Model, tokenizer: Tokenizer): Promise<Story[]> {
  const queries = OPENINGS.map((opening) => [tokenizer.bosId, ...tokenizer.encode(opening)]);
  const B = queries.length;
  const P = Math.max(...queries.map(({ length }) => length));
  const R = Math.min(STORY_TOKENS, model.config.maxPositions - P);
  const ids = new Int32Array(B * P).fill(tokenizer.padId);
  const mask = new Float32Array(B * P);
  queries.forEach((query, row) => {
    ids.set(query, (row + 1) * P - query.length);
    mask.fill(1, (row + 1) * P - query.length, (row + 1) * P);
  });
  const { ids: responses, lengths } = await generate(model, ids, mask, {
    responseTokens: R,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: 0,
    streams: OPENINGS.map((_, row) => row),
  });
  return OPENINGS.map((opening, row) => {
    const response = [...responses.subarray(row * R, row * R + lengths[row]!)];
    return { opening, text: tokenizer.decode(response) };
  });
}
