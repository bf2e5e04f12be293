/**
 * Training of a byte-level BPE tokenizer: begin with the 256 bytes, and again and again make one token of
 * the two neighbours that stand side by side most often, until the vocabulary is full.
 *
 * Texts are first cut into words by GPT-2's expression, and no merge crosses from one to the next. So every
 * different word is kept once, with how often it occurs; and a merge changes only the words that hold the
 * pair, whose neighbours are recounted. Equal counts go to the pair of smaller ids, so that the same text
 * gives the same tokenizer everywhere.
 *
 * Sources: Sennrich 2016, algorithm 1 (https://arxiv.org/abs/1508.07909); Radford 2019 (GPT-2), section 2.2,
 * for bytes, their spelling and the expression.
 */

/** Words of GPT-2, but with digits one by one: ` ?\p{N}` and not ` ?\p{N}+`. */
export const WORD_PATTERN =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** The tokens that no text can hold, in the order of their ids. */
export const SPECIAL_TOKENS = ['<pad>', '<bos>', '<eos>', '<user>', '<assistant>'] as const;

/** Ids that every tokenizer trained here has. */
export const SPECIAL_IDS = { padId: 0, bosId: 1, eosId: 2 } as const;

/** What was learned from the text: pairs of spelled tokens, the earliest merge first. */
export type Merge = readonly [left: string, right: string];

/** GPT-2's spelling of each byte as one printable character. */
export function byteSpelling(): string[] {
  const isPrintable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : next++),
  );
}

/** The words of a text; put together they are the text again. */
export const wordsOf = (text: string): string[] => text.match(new RegExp(WORD_PATTERN, 'gu')) ?? [];

/** How often each different word occurs in the texts. */
export function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * Train a tokenizer of `vocabSize` tokens: the special ones, the bytes, and merges.
 * @returns the text of a `tokenizer.json` as Hugging Face's libraries read it.
 * @throws Error where the vocabulary is too small for the bytes, or the text too poor for the vocabulary.
 */
export function trainTokenizer(texts: Iterable<string>, vocabSize: number): string {
  const wanted = vocabSize - SPECIAL_TOKENS.length - 256;
  if (!Number.isInteger(vocabSize) || wanted < 0)
    throw new Error(
      `A vocabulary of ${vocabSize} tokens cannot hold the ${SPECIAL_TOKENS.length} special tokens and 256 bytes. Ask for at least ${SPECIAL_TOKENS.length + 256}.`,
    );
  const merges = learnMerges(countWords(texts), wanted);
  if (merges.length < wanted)
    throw new Error(
      `The text is too short: after ${merges.length} merges no two tokens stand side by side in it twice, and a vocabulary of ${vocabSize} takes ${wanted}. Give more text, or a smaller vocabulary.`,
    );
  return tokenizerJson(merges);
}

// ── Learning ──────────────────────────────────────────────────────────────────────────────────────

/** Ids are below 2^21, so a pair of them is one exact number. */
const PAIR = 2 ** 21;

/**
 * Up to `wanted` merges; fewer where no pair is left that occurs twice.
 * @param counts how often each word occurs.
 */
export function learnMerges(counts: ReadonlyMap<string, number>, wanted: number): Merge[] {
  const spelling = byteSpelling();
  const symbols = [...spelling].sort(); // id to spelling: bytes in the order of their ids, then merges
  const idOf = new Map(symbols.map((symbol, id) => [symbol, id]));
  const byteIds = spelling.map((symbol) => idOf.get(symbol)!);
  const utf8 = new TextEncoder();
  const words = [...counts].map(([word, count]) => ({
    ids: Array.from(utf8.encode(word), (byte) => byteIds[byte]!),
    count,
  }));

  const pairs = new PairCounts();
  words.forEach(({ ids, count }, word) => pairs.add(ids, count, word));
  const merges: Merge[] = [];
  while (merges.length < wanted) {
    const best = pairs.best();
    if (best === null) break;
    const [left, right] = [Math.floor(best / PAIR), best % PAIR];
    const merged = symbols.length;
    merges.push([symbols[left]!, symbols[right]!]);
    symbols.push(symbols[left]! + symbols[right]!);
    for (const word of pairs.wordsWith(best)) {
      const { ids, count } = words[word]!;
      const joined = mergePair(ids, left, right, merged);
      if (joined.length === ids.length) continue; // the pair has gone in an earlier merge
      pairs.add(ids, -count, word);
      pairs.add(joined, count, word);
      words[word]!.ids = joined;
    }
  }
  return merges;
}

/** Every `left`, `right` side by side made one, from the left on. */
function mergePair(ids: readonly number[], left: number, right: number, merged: number): number[] {
  const joined: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const isPair = ids[i] === left && ids[i + 1] === right;
    joined.push(isPair ? merged : ids[i]!);
    if (isPair) i++;
  }
  return joined;
}

/** How often each pair stands in the words, and in which words it has been seen. */
class PairCounts {
  readonly #counts = new Map<number, number>();
  readonly #words = new Map<number, Set<number>>();

  /** Count the pairs of one word `count` times; a negative count takes them back. */
  add(ids: readonly number[], count: number, word: number): void {
    for (let i = 1; i < ids.length; i++) {
      const pair = ids[i - 1]! * PAIR + ids[i]!;
      const total = (this.#counts.get(pair) ?? 0) + count;
      if (total > 0) this.#counts.set(pair, total);
      else this.#counts.delete(pair);
      if (count < 0) continue;
      const words = this.#words.get(pair);
      if (words) words.add(word);
      else this.#words.set(pair, new Set([word]));
    }
  }

  /** The commonest pair, of equally common ones that of the smallest ids; null where none occurs twice. */
  best(): number | null {
    let best: number | null = null;
    let most = 1;
    for (const [pair, count] of this.#counts)
      if (count > most || (count === most && best !== null && pair < best)) {
        most = count;
        best = pair;
      }
    return best;
  }

  /** Words that hold the pair, and perhaps some that no longer do. */
  wordsWith(pair: number): Iterable<number> {
    const words = this.#words.get(pair) ?? [];
    this.#words.delete(pair);
    return words;
  }
}

// ── The file ──────────────────────────────────────────────────────────────────────────────────────

/** A `tokenizer.json` of these merges: special tokens first, then the bytes, then the merges in order. */
export function tokenizerJson(merges: readonly Merge[]): string {
  const tokens = [...SPECIAL_TOKENS, ...byteSpelling().sort(), ...merges.map((merge) => merge.join(''))]; // prettier-ignore
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: false,
  };
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: WORD_PATTERN }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
  return `${JSON.stringify(file)}\n`;
}
