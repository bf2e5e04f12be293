/**
 * Sampling responses with a key/value cache of fixed size.
 *
 * The prompt goes through the trunk once; every later token costs one column. All buffers have their
 * final shape from the start (a cache that grows leaves one pooled buffer per size behind), chosen
 * tokens stay on the device, and the host reads only once in a few tokens, to stop early. Where another shape
 * costs nothing, rows that have ended are left out from there on.
 *
 * Each row draws from a random stream of its own, so what a row says depends on its seed and stream and
 * not on which rows it shares a batch with. The engine knows nothing of text.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../kernels/attention';
import { decodeAttention, takeCacheRows, writeCache } from '../kernels/kv-cache';
import { linear } from '../kernels/linear';
import { sampleTokens } from '../kernels/sample';
import { exactDivide, type ByHead, type Hidden, type Mask, type TokenIds } from '../shapes';
import type { Model } from './model';
import { prefersOneShape, withoutCommonPadding } from './narrow';
import { rowTensors, takeTokenRows, type Rows } from './rows';
import { forEachSibling } from '../kernels/forked-rows';
import { Transcript, type Generated } from './transcript';
import { positionsOf, transformer, type Attend } from './transformer';

/** Tokens between two looks at which rows have ended: a readback, which a GPU waits for. */
const readEvery = (): number => (prefersOneShape() ? 16 : 4);
/** Rows that have ended are left out once they are this share of all. */
const WORTH_LEAVING_OUT = 0.25;

export interface Decoding {
  /** R, the longest response, with its end-of-sequence token. */
  responseTokens: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  /** 0 is all tokens. */
  topK: number;
  /** 1 is all the probability. */
  topP: number;
  seed: number;
  /** One random stream per row (B). */
  streams: number[];
  /** n: each n queries one after the other are the same, and go through the trunk once; 1 unless given. */
  siblings?: number;
}

/** A fixed-size cache of one generation. Invariant: column `i` holds the keys and values of token `i`. */
class KvCache {
  #keys: tf.Tensor4D[] = []; // L × (B, S, G, E)
  #values: tf.Tensor4D[] = []; // L × (B, S, G, E)

  constructor({ config }: Model, B: number, S: number) {
    const E = exactDivide(config.width, config.heads, 'Width by heads');
    for (let layer = 0; layer < config.layers; layer++) {
      this.#keys.push(tf.zeros([B, S, config.kvHeads, E]));
      this.#values.push(tf.zeros([B, S, config.kvHeads, E]));
    }
  }

  /** Store the prompt's columns for each of n rows, and attend as in a full pass. */
  prefill(promptMask: Mask, siblings: number): Attend {
    return (layer, query, key, value) => {
      this.#write(layer, forEachSibling(key, siblings), forEachSibling(value, siblings), 0);
      return attention(query, key, value, promptMask);
    };
  }

  /** Store one column at `position`, and attend over all columns up to it. */
  decode(position: number, keyMask: Mask): Attend {
    return (layer, query, key, value) => {
      this.#write(layer, key, value, position);
      const [B, , H, E] = query.shape;
      const mixed = decodeAttention(
        tf.reshape(query, [B, H, E]),
        this.#keys[layer]!,
        this.#values[layer]!,
        keyMask,
        position + 1,
      ); // (B, H, E)
      return tf.reshape(mixed, [B, 1, H, E]);
    };
  }

  /** Go on with some of the rows. */
  keep(rows: readonly number[]): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = keys.map((of) => takeCacheRows(of, rows));
    this.#values = values.map((of) => takeCacheRows(of, rows));
    tf.dispose([keys, values]);
  }

  #write(layer: number, key: ByHead, value: ByHead, at: number): void {
    writeCache(this.#keys[layer]!, key, at);
    writeCache(this.#values[layer]!, value, at);
  }

  dispose(): void {
    tf.dispose([this.#keys, this.#values]);
  }
}

/**
 * Sample a response to every query.
 * @param queryIds (B, P) left-padded with PAD.
 * @param queryMask (B, P), 1 where a token is real.
 * @throws Error where prompt and response do not fit the model's positions.
 */
export async function generate(
  model: Model,
  queryIds: Int32Array,
  queryMask: Float32Array,
  decoding: Decoding,
): Promise<Generated> {
  const B = decoding.streams.length;
  const given = exactDivide(queryIds.length, B, 'Query ids by rows');
  const { rows: queries, P } = withoutCommonPadding({ ids: queryIds, mask: queryMask }, B, given);
  const R = decoding.responseTokens;
  if (P + R > model.config.maxPositions)
    throw new Error(
      `A prompt of ${P} and a response of ${R} tokens do not fit the model's ${model.config.maxPositions} positions. Shorten one of them.`,
    );
  const cache = new KvCache(model, B, P + R);
  let keyMask: Mask = tf.tidy(() =>
    tf.concat([tf.tensor2d(queries.mask, [B, P]), tf.ones<tf.Rank.R2>([B, R])], 1),
  ); // (B, P+R): columns behind a row's end are attended by that row alone, whose tokens are padding
  let lengths = tf.tidy(() => tf.sum<tf.Tensor1D>(tf.tensor2d(queries.mask, [B, P]), 1)); // (B)
  const transcript = new Transcript(B, R, model.config.padId, model.config.eosId);
  let { streams } = decoding; // of the rows that go on
  const chosen: tf.Tensor2D[] = []; // each (2, B): ids and log-probabilities
  let hidden = prefill(model, cache, queries, { B, P, siblings: decoding.siblings ?? 1 }); // (B, 1, D), chooses the next token
  let done = tf.zeros<tf.Rank.R1>([B], 'int32'); // 1 where the row has ended (B)
  try {
    for (let t = 0; t < R; t++) {
      const next = tf.tidy(() => choose(model, hidden, done, { ...decoding, streams }, t));
      tf.dispose([hidden, done]);
      done = next.done;
      chosen.push(next.pick);
      if (t === R - 1 || chosen.length === readEvery()) {
        const open = await transcript.append(chosen.splice(0)); // the one readback
        if (open.length === 0 || t === R - 1) {
          next.ids.dispose();
          break;
        }
        if (!prefersOneShape() && open.length <= (1 - WORTH_LEAVING_OUT) * streams.length) {
          cache.keep(open);
          next.ids = gathered(next.ids, open);
          [done, keyMask, lengths] = [gathered(done, open), gathered(keyMask, open), gathered(lengths, open)]; // prettier-ignore
          streams = open.map((row) => streams[row]!);
          transcript.keep(open);
        }
      }
      hidden = tf.tidy(() => {
        const position = tf.cast<TokenIds>(tf.reshape(tf.add(lengths, t), [-1, 1]), 'int32');
        const column: TokenIds = tf.reshape(next.ids, [-1, 1]);
        return transformer(model, column, position, cache.decode(P + t, keyMask));
      });
      next.ids.dispose();
    }
  } finally {
    cache.dispose();
    tf.dispose([hidden, done, keyMask, lengths, chosen]);
  }
  return transcript.finish();
}

/** Some rows of a tensor, which is disposed. */
function gathered<T extends tf.Tensor>(of: T, rows: readonly number[]): T {
  const taken = tf.tidy(() => tf.gather(of, tf.tensor1d([...rows], 'int32')));
  of.dispose();
  return taken;
}

/** Hidden state of each prompt's last token (B, 1, D), with the prompt's columns stored in the cache. */
function prefill(
  model: Model,
  cache: KvCache,
  queries: Rows,
  { B, P, siblings }: { B: number; P: number; siblings: number },
): Hidden {
  const Q = exactDivide(B, siblings, 'Rows by siblings');
  const first = Array.from({ length: Q }, (_, i) => i * siblings);
  return tf.tidy(() => {
    const { ids, mask } = rowTensors(takeTokenRows(queries, first, P), Q); // (Q, P)
    const hidden = transformer(model, ids, positionsOf(mask), cache.prefill(mask, siblings)); // (Q, P, D)
    const last: Hidden = tf.slice(hidden, [0, P - 1, 0], [Q, 1, -1]);
    return forEachSibling(last, siblings);
  });
}

/**
 * Draw token t of each row; rows that have ended draw padding.
 * @returns ids (B), done (B), and both with log-probabilities packed for the readback: pick (2, B).
 */
function choose(model: Model, hidden: Hidden, done: tf.Tensor1D, decoding: Decoding, t: number) {
  const { padId, eosId, vocabSize: V } = model.config;
  const [B, , D] = hidden.shape;
  const embedding = model.parameters['model.embed_tokens.weight'] as tf.Variable<tf.Rank.R2>;
  const logits = linear<tf.Tensor2D>(tf.reshape(hidden, [B, D]), embedding); // (B, V)
  const greedy = decoding.temperature === 0;
  const temperature = greedy ? 1 : decoding.temperature;
  const { seed, streams, topK, topP } = decoding;
  const sampling = { seed, streams, counter: t, temperature, topK, topP, greedy };
  const drawn = sampleTokens(logits, sampling); // (B)
  const ended = tf.cast(done, 'bool');
  const ids: tf.Tensor1D = tf.where(ended, tf.fill<tf.Rank.R1>([B], padId, 'int32'), drawn);
  const log = tf.logSoftmax(tf.div<tf.Tensor2D>(logits, temperature)); // (B, V)
  const logProbability = tf.sum<tf.Tensor1D>(tf.mul(log, tf.oneHot(drawn, V) as tf.Tensor2D), 1); // (B)
  const pick = tf.stack([tf.cast(ids, 'float32'), logProbability]) as tf.Tensor2D; // (2, B)
  const ends = tf.cast(tf.equal<tf.Tensor1D>(ids, eosId), 'int32');
  return { pick, ids, done: tf.maximum<tf.Tensor1D>(done, ends) };
}
