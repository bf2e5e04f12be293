/**
 * A Llama written with plain loops in double precision, one token at a time and rotate-half positions:
 * an oracle that shares no code with the project's own model.
 */
import type { ModelConfig, TensorRecords } from '../../src/records';

/** One sequence: `next(id)` gives the logits (V) after `id`. */
export class PlainLlama {
  #keys: number[][][] = []; // layer, position, G·E
  #values: number[][][] = [];

  constructor(
    readonly config: ModelConfig,
    readonly tensors: TensorRecords,
  ) {
    for (let layer = 0; layer < config.layers; layer++) {
      this.#keys.push([]);
      this.#values.push([]);
    }
  }

  next(id: number): number[] {
    const { width: D, heads: H, kvHeads: G, layers } = this.config;
    const E = D / H;
    const embedding = this.#data('model.embed_tokens');
    let x = Array.from(embedding.subarray(id * D, (id + 1) * D));
    for (let layer = 0; layer < layers; layer++) {
      const block = `model.layers.${layer}`;
      const keys = this.#keys[layer]!;
      const values = this.#values[layer]!;
      const position = keys.length;
      const n = this.#norm(x, `${block}.input_layernorm`);
      const q = this.#rotate(this.#product(`${block}.self_attn.q_proj`, n), position);
      keys.push(this.#rotate(this.#product(`${block}.self_attn.k_proj`, n), position));
      values.push(this.#product(`${block}.self_attn.v_proj`, n));
      const mixed = new Array<number>(D).fill(0);
      for (let h = 0; h < H; h++) {
        const shared = Math.floor(h / (H / G)) * E;
        const scores = keys.map((key) => {
          let dot = 0;
          for (let e = 0; e < E; e++) dot += q[h * E + e]! * key[shared + e]!;
          return dot / Math.sqrt(E);
        });
        const top = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - top));
        const sum = weights.reduce((a, b) => a + b, 0);
        weights.forEach((weight, t) => {
          for (let e = 0; e < E; e++) mixed[h * E + e]! += (weight / sum) * values[t]![shared + e]!;
        });
      }
      x = plus(x, this.#product(`${block}.self_attn.o_proj`, mixed));
      const m = this.#norm(x, `${block}.post_attention_layernorm`);
      const gate = this.#product(`${block}.mlp.gate_proj`, m);
      const up = this.#product(`${block}.mlp.up_proj`, m);
      const gated = gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!);
      x = plus(x, this.#product(`${block}.mlp.down_proj`, gated));
    }
    return this.#product('model.embed_tokens', this.#norm(x, 'model.norm'));
  }

  #data(name: string): Float32Array {
    const record = this.tensors[`${name}.weight`];
    if (!record) throw new Error(`There is no ${name}.`);
    return record.data;
  }

  #product(name: string, x: number[]): number[] {
    const matrix = this.#data(name);
    return Array.from({ length: matrix.length / x.length }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += matrix[row * x.length + i]! * x[i]!;
      return sum;
    });
  }

  #norm(x: number[], name: string): number[] {
    const gain = this.#data(name);
    const meanSquare = x.reduce((sum, value) => sum + value * value, 0) / x.length;
    return x.map((value, i) => (value * gain[i]!) / Math.sqrt(meanSquare + this.config.rmsEpsilon));
  }

  #rotate(x: number[], position: number): number[] {
    const E = this.config.width / this.config.heads;
    return x.map((value, index) => {
      const i = index % E;
      const low = i < E / 2;
      const angle = position * this.config.ropeTheta ** ((-2 * (i % (E / 2))) / E);
      const partner = low ? -x[index + E / 2]! : x[index - E / 2]!;
      return value * Math.cos(angle) + partner * Math.sin(angle);
    });
  }
}

const plus = (a: number[], b: number[]): number[] => a.map((value, i) => value + b[i]!);
