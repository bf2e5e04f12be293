/**
 * A model is a config and its parameters: a transformer trunk with a language head (tied to the
 * embedding) or a scalar head (reward, value). Parameters carry Hugging Face's LlamaForCausalLM names;
 * on the device each name is prefixed by the model's own (`policy/model.norm.weight`), because names of
 * tfjs variables are global and four models live side by side.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig, TensorRecords } from '../records';
import { exactDivide, type NamedVariables } from '../shapes';

export type Head = 'language' | 'scalar';

/** What a reward model may have beside its scalar head: the weight (1) of its own log-probability in its score (heads.ts). */
export const LIKELIHOOD = 'score.likelihood';

/** Shape of every parameter by name, in a fixed order. */
export function parameterShapes(config: ModelConfig, head: Head): Record<string, number[]> {
  const { vocabSize: V, width: D, layers: L, heads: H, kvHeads: G, feedForward: F } = config;
  const E = exactDivide(D, H, 'Width by heads');
  const shapes: Record<string, number[]> = { 'model.embed_tokens.weight': [V, D] };
  for (let layer = 0; layer < L; layer++) {
    const block = `model.layers.${layer}`;
    Object.assign(shapes, {
      [`${block}.input_layernorm.weight`]: [D],
      [`${block}.self_attn.q_proj.weight`]: [H * E, D],
      [`${block}.self_attn.k_proj.weight`]: [G * E, D],
      [`${block}.self_attn.v_proj.weight`]: [G * E, D],
      [`${block}.self_attn.o_proj.weight`]: [D, H * E],
      [`${block}.post_attention_layernorm.weight`]: [D],
      [`${block}.mlp.gate_proj.weight`]: [F, D],
      [`${block}.mlp.up_proj.weight`]: [F, D],
      [`${block}.mlp.down_proj.weight`]: [D, F],
    });
  }
  shapes['model.norm.weight'] = [D];
  if (head === 'scalar') {
    shapes['score.weight'] = [1, D];
    shapes['score.bias'] = [1];
  }
  return shapes;
}

/** Shapes of the parameters that a model of these tensors has: `parameterShapes`, and `LIKELIHOOD` where it is among them. */
export function shapesFor(
  config: ModelConfig,
  head: Head,
  tensors: TensorRecords,
): Record<string, number[]> {
  const shapes = parameterShapes(config, head);
  return head === 'scalar' && tensors[LIKELIHOOD] ? { ...shapes, [LIKELIHOOD]: [1] } : shapes;
}

/** How many numbers a model learns. */
export const parameterCount = (config: ModelConfig, head: Head = 'language'): number =>
  Object.values(parameterShapes(config, head)).reduce(
    (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );

/**
 * Owner of one model's variables. Invariant: between the constructor and `dispose()` every name of
 * `shapesFor` has exactly one variable on the device, of that shape.
 */
export class Model {
  readonly parameters: NamedVariables;

  /**
   * @param name prefix of the variables; no other living model may have it.
   * @param records values by unprefixed name; names beyond the model's own are left alone.
   * @param trainable false for a reference or a frozen reward model.
   * @throws Error where a parameter is missing or of another shape.
   */
  constructor(
    readonly name: string,
    readonly config: ModelConfig,
    readonly head: Head,
    records: TensorRecords,
    trainable = true,
  ) {
    const shapes = shapesFor(config, head, records);
    for (const [key, shape] of Object.entries(shapes)) {
      const record = records[key];
      if (!record) throw new Error(`The ${name} model lacks the parameter ${key}.`);
      if (record.shape.join() !== shape.join())
        throw new Error(
          `The ${name} model's ${key} has shape (${record.shape.join(', ')}) where (${shape.join(', ')}) was wanted.`,
        );
    }
    this.parameters = {};
    for (const [key, shape] of Object.entries(shapes)) {
      const data = records[key]!.data;
      this.parameters[key] = tf.tidy(() =>
        tf.variable(tf.tensor(data, shape, 'float32'), trainable, `${name}/${key}`),
      );
    }
  }

  /** Read every parameter off the device, by unprefixed name. */
  async records(): Promise<TensorRecords> {
    return readTensors(this.parameters);
  }

  /** A second model with the same values: the frozen reference, or a value trunk. */
  async copy(name: string, trainable: boolean): Promise<Model> {
    return new Model(name, this.config, this.head, await this.records(), trainable);
  }

  dispose(): void {
    for (const variable of Object.values(this.parameters)) variable.dispose();
  }
}

/** Copies of tensors off the device. The data are our own: a device may reuse what it lends. */
export async function readTensors(tensors: Record<string, tf.Tensor>): Promise<TensorRecords> {
  const records: TensorRecords = {};
  for (const [key, tensor] of Object.entries(tensors)) {
    const data = await tensor.data<'float32'>();
    records[key] = { shape: tensor.shape.slice(), data: Float32Array.from(data) };
  }
  return records;
}

/** `records` with every name prefixed, to lie beside other models in one checkpoint. */
export const prefixed = (prefix: string, records: TensorRecords): TensorRecords =>
  Object.fromEntries(Object.entries(records).map(([key, record]) => [`${prefix}/${key}`, record]));

/** The inverse of `prefixed`: what belongs to one model of a checkpoint. */
export const unprefixed = (prefix: string, records: TensorRecords): TensorRecords =>
  Object.fromEntries(
    Object.entries(records)
      .filter(([key]) => key.startsWith(`${prefix}/`))
      .map(([key, record]) => [key.slice(prefix.length + 1), record]),
  );
