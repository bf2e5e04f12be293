/** Comparisons as the reward model reads them: every answer once, and the pairs of a prompt as row numbers. */
import type { LengthsConfig } from '../config';
import type { Comparison } from '../records';
import { forkedShape, packedLine, packedRows, packedShape, type PackedLine, type PackedRows, type RowShape } from './packed'; // prettier-ignore
import type { Tokenizer } from './tokenizer';

/** Row numbers of the better and of the worse answer, and what each pair counts; filled up with weight 0. */
interface PairsOfRows {
  better: Int32Array;
  worse: Int32Array;
  weights: Float32Array;
}

/** Comparisons as the device wants them: all answers of all prompts (N rows), and pairs of row numbers. */
export interface ComparisonBatch {
  answers: PackedRows;
  /** How many rows one after the other may share their query; 1 where none do. */
  siblings: number;
  pairs: PairsOfRows;
  /** Ranks of the answers by prompt, as its pairs tell them. */
  rankings: number[][];
  prompts: number;
  pairCount: number;
}

/**
 * Reads batches of few shapes: K rows a prompt, K(K−1)/2 pairs a prompt, filled up with weight 0, and as wide
 * as the longest of their answers needs. Every answer is tokenized once.
 */
export class ComparisonReader {
  readonly #lines = new Map<Comparison, PackedLine[]>();
  readonly #batchSize: number;
  readonly #most: number;
  readonly #slots: number;
  readonly #padId: number;
  readonly #widthStep: number;
  readonly #leastR: number;

  /**
   * @param all comparisons of the run, none of them without a pair
   * @param batchSize prompts in a batch
   * @param widthStep rows are as wide as multiples of it; above 1, they have as many columns of responses in all batches
   */
  constructor(
    all: readonly Comparison[],
    tokenizer: Tokenizer,
    lengths: LengthsConfig,
    batchSize: number,
    widthStep: number,
  ) {
    const K = Math.max(...all.map(({ responses }) => responses.length));
    for (const comparison of all) {
      const { prompt, responses } = comparison;
      const lines = responses.map((response) => packedLine({ text: prompt.text, response }, tokenizer, lengths)); // prettier-ignore
      this.#lines.set(comparison, lines);
    }
    this.#batchSize = batchSize;
    this.#most = K;
    this.#slots = (batchSize * K * (K - 1)) / 2;
    this.#padId = tokenizer.padId;
    this.#widthStep = widthStep;
    this.#leastR = widthStep > 1 ? packedShape([...this.#lines.values()].flat(), widthStep).R : 0;
  }

  /** Tokens of the longest answer with its prompt. */
  readonly width = (comparison: Comparison): number =>
    Math.max(...this.#linesOf(comparison).map(({ ids }) => ids.length));

  read(comparisons: readonly Comparison[]): ComparisonBatch {
    const pairs: PairsOfRows = {
      better: new Int32Array(this.#slots),
      worse: new Int32Array(this.#slots),
      weights: new Float32Array(this.#slots),
    };
    let slot = 0;
    let offset = 0;
    for (const comparison of comparisons) {
      for (const { better, worse } of comparison.pairs) {
        pairs.better[slot] = offset + better;
        pairs.worse[slot] = offset + worse;
        pairs.weights[slot++] = 1 / comparison.pairs.length;
      }
      offset += comparison.responses.length;
    }
    const lines = comparisons.map((comparison) => this.#linesOf(comparison));
    const { shape, siblings } = this.#shapeOf(lines);
    return {
      answers: packedRows(lines.flat(), shape, this.#batchSize * this.#most, this.#padId),
      siblings,
      pairs,
      rankings: comparisons.map(ranksOf),
      prompts: comparisons.length,
      pairCount: slot,
    };
  }

  /** Answers share their query where all prompts have as many, unless it would take more cells than to pack them. */
  #shapeOf(lines: readonly PackedLine[][]): { shape: RowShape; siblings: number } {
    const [n, all] = [this.#most, lines.flat()];
    const packed = packedShape(all, this.#widthStep, this.#leastR);
    if (lines.some(({ length }) => length !== n)) return { shape: packed, siblings: 1 };
    const forked = forkedShape(all, this.#widthStep, this.#leastR);
    const cells = forked.T + (n - 1) * forked.R; // of a prompt
    return cells < n * packed.T ? { shape: forked, siblings: n } : { shape: packed, siblings: 1 };
  }

  #linesOf(comparison: Comparison): PackedLine[] {
    const lines = this.#lines.get(comparison);
    if (!lines) throw new Error(`The comparison ${comparison.id} is not of this run.`);
    return lines;
  }
}

/** Rank of each answer: one more than the answers that are better. */
const ranksOf = ({ responses, pairs }: Comparison): number[] =>
  responses.map((_, i) => 1 + pairs.filter(({ worse }) => worse === i).length);
