/**
 * A fast encoder for byte-level BPE, for encoding whole corpora: each different word is encoded once. It
 * gives the ids of the library that `tokenizer.ts` uses (tests/data/bpe.test.ts), some fifty times sooner.
 */
import * as v from 'valibot';
import { byteSpelling, WORD_PATTERN, wordsOf } from './bpe';

const File = v.object({
  normalizer: v.nullish(v.null()),
  pre_tokenizer: v.object({
    type: v.literal('Sequence'),
    pretokenizers: v.tuple([
      v.object({ type: v.literal('Split'), pattern: v.object({ Regex: v.literal(WORD_PATTERN) }) }),
      v.object({ type: v.literal('ByteLevel'), add_prefix_space: v.literal(false) }),
    ]),
  }),
  model: v.object({
    type: v.literal('BPE'),
    vocab: v.record(v.string(), v.number()),
    merges: v.array(v.union([v.tuple([v.string(), v.string()]), v.string()])),
  }),
});

/**
 * An encoder of text to ids, without special tokens, from the text of a `tokenizer.json`; null where the
 * file is of another kind than `trainTokenizer` writes, and only the library can read it.
 */
export function fastEncoder(json: string): ((text: string) => readonly number[]) | null {
  const result = v.safeParse(File, JSON.parse(json));
  if (!result.success) return null;
  const { vocab, merges } = result.output.model;
  const ranks = new Map(
    merges.map((merge, rank) => [typeof merge === 'string' ? merge : merge.join(' '), rank]),
  );
  const spelling = byteSpelling();
  const utf8 = new TextEncoder();
  const known = new Map<string, number[]>();

  const encodeWord = (word: string): number[] => {
    const symbols = Array.from(utf8.encode(word), (byte) => spelling[byte]!);
    return mergeByRank(symbols, ranks).map((symbol) => {
      const id = vocab[symbol];
      if (id === undefined) throw new Error(`The tokenizer has no token for "${symbol}", which its own merges make.`); // prettier-ignore
      return id;
    });
  };
  return (text) => {
    const ids: number[] = [];
    for (const word of wordsOf(text)) {
      let wordIds = known.get(word);
      if (!wordIds) known.set(word, (wordIds = encodeWord(word)));
      for (const id of wordIds) ids.push(id);
    }
    return ids;
  };
}

/** Join neighbours, the earliest merge first and of equal ones the leftmost, until none can be joined. */
function mergeByRank(symbols: string[], ranks: ReadonlyMap<string, number>): string[] {
  for (;;) {
    let first = Infinity;
    let at = -1;
    for (let i = 1; i < symbols.length; i++) {
      const rank = ranks.get(`${symbols[i - 1]} ${symbols[i]}`) ?? Infinity;
      if (rank < first) [first, at] = [rank, i - 1];
    }
    if (at < 0) return symbols;
    symbols.splice(at, 2, symbols[at]! + symbols[at + 1]!);
  }
}
