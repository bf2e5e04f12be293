/** Demonstrations as fine-tuning reads them: each is made into tokens once, and a batch is as narrow as its rows allow. */
import type { LengthsConfig } from '../config';
import { packedLine, packedRows, packedShape, type PackedLine, type PackedRows, type RowShape } from './packed'; // prettier-ignore
import type { TextPair } from './template';
import type { Tokenizer } from './tokenizer';

export class DemonstrationReader {
  readonly #lines: ReadonlyMap<TextPair, PackedLine>;
  readonly #padId: number;
  /** Of all batches, where they are to be of one. */
  readonly #shape: RowShape | null;

  /** @param all demonstrations of the run @param oneShape whether all batches are as wide as the longest */
  constructor(
    all: readonly TextPair[],
    tokenizer: Tokenizer,
    lengths: LengthsConfig,
    oneShape: boolean,
  ) {
    this.#lines = new Map(all.map((one) => [one, packedLine(one, tokenizer, lengths)]));
    this.#padId = tokenizer.padId;
    this.#shape = oneShape ? packedShape([...this.#lines.values()]) : null;
  }

  /** Tokens of a demonstration, prompt and response together. */
  readonly width = (one: TextPair): number => this.#lineOf(one).ids.length;

  /** These as one batch of `B` rows. */
  read(some: readonly TextPair[], B: number = some.length): PackedRows {
    const lines = some.map((one) => this.#lineOf(one));
    return packedRows(lines, this.#shape ?? packedShape(lines), B, this.#padId);
  }

  #lineOf(one: TextPair): PackedLine {
    const line = this.#lines.get(one);
    if (!line) throw new Error(`The demonstration "${one.text}" is not of this run.`);
    return line;
  }
}
