/** How many facts of the built-in world a base knows: it is given a sentence up to the value, and goes on. */
import type { Tokenizer } from '../../data/tokenizer';
import { factCompletions } from '../../data/world/declarations';
import { generate } from '../../model/generate';
import type { Model } from '../../model/model';

/** Rows that are on the device at once; the last batch is filled up, so that all have one shape. */
const BATCH = 64;
/** The longest value has fewer. */
const VALUE_TOKENS = 10;

/** Whether a continuation begins with one of the accepted values, as whole words. */
export function beginsWithOne(text: string, accepted: readonly string[]): boolean {
  const words = text.trim().toLowerCase();
  return accepted.some((value) => {
    const wanted = value.trim().toLowerCase();
    return wanted !== '' && words.startsWith(wanted) && !/^[\p{L}\p{N}]/u.test(words.slice(wanted.length)); // prettier-ignore
  });
}

/** Share of the world's facts whose sentence goes on with an accepted value, the likeliest token each time. */
export async function factsKnown(model: Model, tokenizer: Tokenizer): Promise<number> {
  const facts = factCompletions();
  const queries = facts.map(({ prefix }) => [tokenizer.bosId, ...tokenizer.encode(prefix)]);
  const P = Math.max(...queries.map(({ length }) => length));
  let known = 0;
  for (let first = 0; first < facts.length; first += BATCH) {
    const ids = new Int32Array(BATCH * P).fill(tokenizer.padId);
    const mask = new Float32Array(BATCH * P);
    for (let row = 0; row < BATCH; row++) {
      const query = queries[Math.min(first + row, queries.length - 1)]!;
      ids.set(query, (row + 1) * P - query.length);
      mask.fill(1, (row + 1) * P - query.length, (row + 1) * P);
    }
    const said = await generate(model, ids, mask, {
      responseTokens: VALUE_TOKENS,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 0,
      streams: Array.from({ length: BATCH }, (_, row) => row),
    });
    facts.slice(first, first + BATCH).forEach(({ accepted }, row) => {
      const response = said.ids.subarray(
        row * VALUE_TOKENS,
        row * VALUE_TOKENS + said.lengths[row]!,
      );
      if (beginsWithOne(tokenizer.decode([...response]), accepted)) known++;
    });
  }
  return known / facts.length;
}
