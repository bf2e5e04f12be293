/** What a generation has said so far, on the host. */
import * as tf from '@tensorflow/tfjs-core';

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

/** Rows of a generation, filled chunk by chunk. */
export class Transcript {
  readonly #ids: Int32Array; // (B, R)
  readonly #mask: Float32Array; // (B, R)
  readonly #logProbabilities: Float32Array; // (B, R)
  readonly #lengths: number[];
  readonly #finished: boolean[];
  /** Numbers of the rows that columns are appended to. */
  #rows: number[];
  #columns = 0;

  constructor(
    B: number,
    readonly R: number,
    padId: number,
    readonly eosId: number,
  ) {
    this.#ids = new Int32Array(B * R).fill(padId);
    this.#mask = new Float32Array(B * R);
    this.#logProbabilities = new Float32Array(B * R);
    this.#lengths = new Array<number>(B).fill(0);
    this.#finished = new Array<boolean>(B).fill(false);
    this.#rows = Array.from({ length: B }, (_, row) => row);
  }

  /** Take n columns, each (2, b) of the b rows that go on, off the device; which of these have not ended yet. */
  async append(columns: tf.Tensor2D[]): Promise<number[]> {
    const packed = tf.tidy(() => tf.stack(columns)); // (n, 2, b)
    tf.dispose(columns);
    const values = await packed.data<'float32'>();
    packed.dispose();
    const b = this.#rows.length;
    for (let i = 0; i < columns.length; i++, this.#columns++) {
      for (const [k, row] of this.#rows.entries()) {
        if (this.#finished[row]) continue;
        const at = row * this.R + this.#columns;
        this.#ids[at] = values[2 * i * b + k]!;
        this.#logProbabilities[at] = values[(2 * i + 1) * b + k]!;
        this.#mask[at] = 1;
        this.#lengths[row]! += 1;
        this.#finished[row] = this.#ids[at] === this.eosId;
      }
    }
    return this.#rows.flatMap((row, k) => (this.#finished[row] ? [] : [k]));
  }

  /** Go on with some of the rows that went on so far. */
  keep(rows: readonly number[]): void {
    this.#rows = rows.map((k) => this.#rows[k]!);
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
