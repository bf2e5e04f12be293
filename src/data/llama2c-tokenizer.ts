/**
 * The tokenizer file of llama2.c (`tokenizer.bin`, `tok512.bin`), and the same tokenizer as a
 * `tokenizer.json`, so that a model read from llama2.c can be written for Hugging Face.
 *
 * Layout, little endian: int32 longest token, then for each token float32 score, int32 byte length, bytes.
 * Ids: 0 `<unk>`, 1 beginning, 2 end, 3 to 258 raw bytes `<0x00>` to `<0xFF>`, then pieces by score.
 *
 * Encoding: a space in front, one token a character, or its bytes where there is none; then the adjacent
 * pair whose union has the best score is joined, the leftmost of equals, until none can be.
 *
 * Padding: the vocabulary has no token for it. `<unk>` serves, since encoding never gives it: what is not
 * in the vocabulary becomes bytes.
 *
 * Source: karpathy/llama2.c, `run.c`, functions `encode` and `decode`.
 */
import {
  checkSpecialIds,
  TokenizerError,
  tokenReader,
  type SpecialIds,
  type Tokenizer,
} from './tokenizer';
import { sha256 } from './sha256';

const UNKNOWN = 0;
const BOS = 1;
const EOS = 2;
const FIRST_BYTE = 3;
const FIRST_PIECE = FIRST_BYTE + 256;
const SPECIAL = new Map([
  [UNKNOWN, '<unk>'],
  [BOS, '<s>'],
  [EOS, '</s>'],
]);

interface Pieces {
  pieces: string[];
  scores: number[];
}

/**
 * Read the tokenizer of a llama2.c model.
 * @param model whose ids it must fit.
 * @throws TokenizerError
 */
export function loadLlama2cTokenizer(buffer: ArrayBuffer, model: SpecialIds): Tokenizer {
  const file = readPieces(buffer, model.vocabSize);
  checkSpecialIds(file.pieces.length, model);
  if (model.bosId !== BOS || model.eosId !== EOS)
    throw new TokenizerError(
      `The model begins with token ${model.bosId} and ends with ${model.eosId}; llama2.c's tokenizer has 1 and 2. Choose the tokenizer that the model was trained with.`,
    );
  const ids = new Map(file.pieces.map((piece, id) => [piece, id]));
  const encode = (text: string) => encodePieces(text, ids, file.scores);
  const decode = (all: readonly number[]) => decodePieces(all, file.pieces);
  const json = tokenizerJson(file);
  return {
    vocabSize: model.vocabSize,
    bosId: BOS,
    eosId: EOS,
    padId: model.padId,
    addsSpace: true,
    encode,
    decode,
    token: tokenReader(SPECIAL, encode, decode),
    json,
    hash: sha256(json),
  };
}

function readPieces(buffer: ArrayBuffer, vocabSize: number): Pieces {
  const view = new DataView(buffer);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const pieces: string[] = [];
  const scores: number[] = [];
  let at = 4;
  try {
    while (at < buffer.byteLength) {
      scores.push(view.getFloat32(at, true));
      const length = view.getInt32(at + 4, true);
      pieces.push(decoder.decode(new Uint8Array(buffer, at + 8, length)));
      at += 8 + length;
    }
  } catch {
    throw new TokenizerError(
      `The tokenizer file breaks off or holds no text at token ${pieces.length}, byte ${at}. Choose the tokenizer.bin that lies beside the model.`,
    );
  }
  if (pieces.length !== vocabSize || pieces[FIRST_BYTE] !== '<0x00>')
    throw new TokenizerError(
      `The file holds ${pieces.length} tokens and the model ${vocabSize}${pieces[FIRST_BYTE] === '<0x00>' ? '' : '; token 3 is not the byte <0x00>'}. Choose the tokenizer.bin that the model was trained with.`,
    );
  return { pieces, scores };
}

// ── Encoding and decoding ─────────────────────────────────────────────────────────────────────────

function encodePieces(text: string, ids: ReadonlyMap<string, number>, scores: number[]): number[] {
  if (text === '') return [];
  const utf8 = new TextEncoder();
  const tokens = [...` ${text}`].flatMap((character): { id: number; piece: string }[] => {
    const id = ids.get(character);
    if (id !== undefined) return [{ id, piece: character }];
    return [...utf8.encode(character)].map((byte) => ({ id: FIRST_BYTE + byte, piece: '' }));
  });
  for (;;) {
    let best = { score: -Infinity, at: -1, id: -1 };
    for (let at = 0; at + 1 < tokens.length; at++) {
      const [left, right] = [tokens[at]!.piece, tokens[at + 1]!.piece];
      if (left === '' || right === '') continue; // bytes join with nothing
      const id = ids.get(left + right);
      if (id !== undefined && id >= FIRST_PIECE && scores[id]! > best.score)
        best = { score: scores[id]!, at, id };
    }
    if (best.at < 0) return tokens.map(({ id }) => id);
    const piece = tokens[best.at]!.piece + tokens[best.at + 1]!.piece;
    tokens.splice(best.at, 2, { id: best.id, piece });
  }
}

/** Bytes are gathered over tokens before they are read as UTF-8; the space in front is dropped again. */
function decodePieces(ids: readonly number[], pieces: readonly string[]): string {
  const utf8 = new TextEncoder();
  const bytes = ids
    .filter((id) => id >= FIRST_BYTE && id < pieces.length)
    .flatMap((id) => (id < FIRST_PIECE ? [id - FIRST_BYTE] : [...utf8.encode(pieces[id]!)]));
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  return text.startsWith(' ') ? text.slice(1) : text;
}

// ── As tokenizer.json ─────────────────────────────────────────────────────────────────────────────

/**
 * Llama 2's form: BPE with byte fallback, spaces written as U+2581. The best union wins in llama2.c, so its
 * merges are all ways to make a piece of two, ordered by the score of the piece.
 */
function tokenizerJson({ pieces, scores }: Pieces): string {
  const spelled = pieces.map((piece, id) => SPECIAL.get(id) ?? piece.replaceAll(' ', '▁'));
  const known = new Set(spelled.slice(FIRST_PIECE));
  const merges = spelled
    .map((piece, id) => ({ piece, id }))
    .slice(FIRST_PIECE)
    .sort((a, b) => scores[b.id]! - scores[a.id]! || a.id - b.id)
    .flatMap(({ piece }) => {
      const characters = [...piece];
      return characters
        .slice(1)
        .map((_, i) => [characters.slice(0, i + 1).join(''), characters.slice(i + 1).join('')])
        .filter((halves) => halves.every((half) => known.has(half)));
    });
  const added = [...SPECIAL].map(([id, content]) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(spelled.map((piece, id) => [piece, id])),
      merges,
    },
  });
}
