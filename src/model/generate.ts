/**
 * Sampling responses with a key/value cache of fixed size.
 *
 * The prompt goes through the trunk once; every later token costs one column. All buffers have their
 * final shape from the start (a cache that grows leaves one pooled buffer per size behind), chosen
 * tokens stay on the device, and the host reads only once per `READ_EVERY` tokens, to stop early.
 *
 * Each row draws from a random stream of its own, so what a row says depends on its seed and stream and
 * not on which rows it shares a batch with. The engine knows nothing of text.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../kernels/attention';
import { decodeAttention, writeCache } from '../kernels/kv-cache';
import { linear } from '../kernels/linear';
import { sampleTokens } from '../kernels/sample';
import { exactDivide, type ByHead, type Hidden, type Mask, type TokenIds } from '../shapes';
import type { Model } from './model';
import { withoutCommonPadding } from './narrow';
import { rowTensors, type Rows } from './rows';
import { positionsOf, transformer, type Attend } from './transformer';

const READ_EVERY = 16; // tokens

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
}

export interface Generated {
  /** Response ids (B, R): the tokens up to and with the end of sequence, then padding. */
  ids: Int32Array;
  /** 1 for a response token, 0 for the padding behind it (B, R). */
  mask: Float32Array;
  /** log π of each chosen token at the sampling temperature before top-k and top-p (B, R), nats. */
  logProbabilities: Float32Array;
  /** Whether the end-of-sequence token came within R tokens (B). */
  finished: boolean[];
  /** Response tokens of each row, the end of sequence counted (B). */
  lengths: number[];
}

/** A fixed-size cache of one generation. Invariant: column `i` holds the keys and values of token `i`. */
class KvCache {
  readonly #keys: tf.Tensor4D[] = []; // L × (B, S, G, E)
  readonly #values: tf.Tensor4D[] = []; // L × (B, S, G, E)

  constructor({ config }: Model, B: number, S: number) {
    const E = exactDivide(config.width, config.heads, 'Width by heads');
    for (let layer = 0; layer < config.layers; layer++) {
      this.#keys.push(tf.zeros([B, S, config.kvHeads, E]));
      this.#values.push(tf.zeros([B, S, config.kvHeads, E]));
    }
  }

  /** Store the prompt's columns, and attend as in a full pass. */
  prefill(promptMask: Mask): Attend {
    return (layer, query, key, value) => {
      this.#write(layer, key, value, 0);
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
  const keyMask = tf.tidy(() =>
    tf.concat([tf.tensor2d(queries.mask, [B, P]), tf.ones<tf.Rank.R2>([B, R])], 1),
  ); // (B, P+R): columns behind a row's end are attended by that row alone, whose tokens are padding
  const lengths = tf.tidy(() => tf.sum<tf.Tensor1D>(tf.tensor2d(queries.mask, [B, P]), 1)); // (B)
  const transcript = new Transcript(B, R, model.config.padId, model.config.eosId);
  const chosen: tf.Tensor2D[] = []; // each (2, B): ids and log-probabilities
  let hidden = prefill(model, cache, queries, B, P); // (B, 1, D), chooses the next token
  let done = tf.zeros<tf.Rank.R1>([B], 'int32'); // 1 where the row has ended (B)
  try {
    for (let t = 0; t < R; t++) {
      const next = tf.tidy(() => choose(model, hidden, done, decoding, t));
      tf.dispose([hidden, done]);
      done = next.done;
      chosen.push(next.pick);
      if (t === R - 1 || chosen.length === READ_EVERY) {
        const ended = await transcript.append(chosen.splice(0)); // the one readback
        if (ended || t === R - 1) {
          next.ids.dispose();
          break;
        }
      }
      hidden = tf.tidy(() => {
        const position = tf.cast<TokenIds>(tf.reshape(tf.add(lengths, t), [B, 1]), 'int32');
        const column: TokenIds = tf.reshape(next.ids, [B, 1]);
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

/** Hidden state of each prompt's last token (B, 1, D), with the prompt's columns stored in the cache. */
function prefill(model: Model, cache: KvCache, queries: Rows, B: number, P: number): Hidden {
  return tf.tidy(() => {
    const { ids, mask } = rowTensors(queries, B); // (B, P)
    const hidden = transformer(model, ids, positionsOf(mask), cache.prefill(mask)); // (B, P, D)
    return tf.slice(hidden, [0, P - 1, 0], [B, 1, -1]);
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

/** The host's side: rows filled chunk by chunk. */
class Transcript {
  readonly #ids: Int32Array; // (B, R)
  readonly #mask: Float32Array; // (B, R)
  readonly #logProbabilities: Float32Array; // (B, R)
  readonly #lengths: number[];
  readonly #finished: boolean[];
  #columns = 0;

  constructor(
    readonly B: number,
    readonly R: number,
    padId: number,
    readonly eosId: number,
  ) {
    this.#ids = new Int32Array(B * R).fill(padId);
    this.#mask = new Float32Array(B * R);
    this.#logProbabilities = new Float32Array(B * R);
    this.#lengths = new Array<number>(B).fill(0);
    this.#finished = new Array<boolean>(B).fill(false);
  }

  /** Take n columns, each (2, B), off the device; true once every row has ended. */
  async append(columns: tf.Tensor2D[]): Promise<boolean> {
    const packed = tf.tidy(() => tf.stack(columns)); // (n, 2, B)
    tf.dispose(columns);
    const values = await packed.data<'float32'>();
    packed.dispose();
    const { B, R } = this;
    for (let i = 0; i < columns.length; i++, this.#columns++) {
      for (let row = 0; row < B; row++) {
        if (this.#finished[row]) continue;
        const at = row * R + this.#columns;
        this.#ids[at] = values[2 * i * B + row]!;
        this.#logProbabilities[at] = values[(2 * i + 1) * B + row]!;
        this.#mask[at] = 1;
        this.#lengths[row]! += 1;
        this.#finished[row] = this.#ids[at] === this.eosId;
      }
    }
    return this.#finished.every(Boolean);
  }

  finish(): Generated {
    return {
      ids: this.#ids,
      mask: this.#mask,
      logProbabilities: this.#logProbabilities,
      finished: this.#finished,
      lengths: this.#lengths,
    };
  }
}
