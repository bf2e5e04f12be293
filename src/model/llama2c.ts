/**
 * Weights in the legacy layout of llama2.c: seven int32 (dim, hidden, layers, heads, kv heads, vocabulary,
 * positions), then float32 matrices (out, in), each kind for all layers in a row, and two tables of
 * rotary angles that are not needed. A negative vocabulary says that the head is not the embedding.
 *
 * llama2.c turns neighbouring numbers of a head by one angle, we turn numbers half a head apart:
 *
 *     interleaved   pairs (2i, 2i+1)        turned by position · theta^(-2i/E),  i < E/2
 *     rotate half   pairs (i, i + E/2)      turned by the same angle
 *
 * So row 2i of a head of wq and wk becomes row i, and row 2i+1 becomes row i + E/2. Each pair then meets the
 * angle that it was trained with, and a score q · k, being a sum over the head, does not depend on the order
 * of its terms. Values are not turned, so wv and wo stay as they are.
 *
 * Source: karpathy/llama2.c, `run.c`, `memory_map_weights` and the loop "RoPE relative positional encoding".
 */
import type { ModelConfig, TensorRecord, TensorRecords } from '../records';
import { ModelConfigError, TruncatedFileError, WeightLayoutError } from './file-errors';
import { modelConfigProblems } from './llama-config';
import { assertFiniteTensor } from './safetensors';

const HEADER_BYTES = 28;
const NEWER_MAGIC = 0x616b3432; // "ak42", versions 1 and 2

/**
 * Read a legacy `.bin` of llama2.c. Padding is token 0, `<unk>`, which its tokenizer never gives.
 * @throws ModelConfigError, TruncatedFileError, WeightLayoutError, WeightValueError
 */
export function readLlama2c(buffer: ArrayBuffer): { config: ModelConfig; tensors: TensorRecords } {
  const config = readHeader(buffer);
  const { width: D, heads: H, kvHeads: G, layers: L, feedForward: F, vocabSize: V } = config;
  const E = D / H;
  let at = HEADER_BYTES;
  const take = (...shape: number[]): TensorRecord => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(buffer.slice(at, at + size * 4));
    at += size * 4;
    return { shape, data };
  };
  const takeLayers = (...shape: number[]) => Array.from({ length: L }, () => take(...shape));

  checkSize(buffer, config);
  // Object literals are filled in the order in which they are written: the order of the file.
  const embedding = take(V, D);
  const byKind = {
    'input_layernorm.weight': takeLayers(D),
    'self_attn.q_proj.weight': takeLayers(D, D).map((matrix) => halvesApart(matrix, H)),
    'self_attn.k_proj.weight': takeLayers(G * E, D).map((matrix) => halvesApart(matrix, G)),
    'self_attn.v_proj.weight': takeLayers(G * E, D),
    'self_attn.o_proj.weight': takeLayers(D, D),
    'post_attention_layernorm.weight': takeLayers(D),
    'mlp.gate_proj.weight': takeLayers(F, D), // w1
    'mlp.down_proj.weight': takeLayers(D, F), // w2
    'mlp.up_proj.weight': takeLayers(F, D), // w3
  };
  const tensors: TensorRecords = { 'model.embed_tokens.weight': embedding };
  for (const [kind, records] of Object.entries(byKind))
    records.forEach((record, layer) => {
      tensors[`model.layers.${layer}.${kind}`] = record;
    });
  tensors['model.norm.weight'] = take(D);
  for (const [name, record] of Object.entries(tensors)) assertFiniteTensor(name, record, 'Use another checkpoint.'); // prettier-ignore
  return { config, tensors };
}

/** Rows of each head from interleaved to half a head apart: row 2i to i, row 2i+1 to i + E/2. */
export function halvesApart({ shape, data }: TensorRecord, heads: number): TensorRecord {
  const [rows, columns] = shape as [number, number];
  const E = rows / heads;
  const moved = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const inHead = row % E;
    const target = row - inHead + Math.floor(inHead / 2) + (inHead % 2) * (E / 2);
    moved.set(data.subarray(row * columns, (row + 1) * columns), target * columns);
  }
  return { shape, data: moved };
}

function readHeader(buffer: ArrayBuffer): ModelConfig {
  if (buffer.byteLength < HEADER_BYTES)
    throw new TruncatedFileError(
      `The llama2.c file has ${buffer.byteLength} bytes, fewer than its header of ${HEADER_BYTES}. Download it again.`,
    );
  const view = new DataView(buffer);
  if (view.getUint32(0, true) === NEWER_MAGIC)
    throw new ModelConfigError(
      'This llama2.c file is of version 1 or later; only the legacy layout is read. Export it with --version 0, or to Hugging Face format.',
    );
  const header = Array.from({ length: 7 }, (_, i) => view.getInt32(4 * i, true));
  const [width, feedForward, layers, heads, kvHeads, vocabSize, maxPositions] = header as [
    number, number, number, number, number, number, number,
  ]; // prettier-ignore
  if (vocabSize < 0)
    throw new ModelConfigError(
      'This llama2.c model has an output head of its own; only models whose head is their embedding are supported.',
    );
  if (header.some((value) => value < 1 || value > 2 ** 24))
    throw new ModelConfigError(
      `The header of the llama2.c file reads ${header.join(', ')}, which is no model. Choose a .bin in llama2.c's legacy layout.`,
    );
  const config: ModelConfig = {
    vocabSize,
    width,
    layers,
    heads,
    kvHeads,
    feedForward,
    maxPositions,
    rmsEpsilon: 1e-5,
    ropeTheta: 10_000,
    bosId: 1,
    eosId: 2,
    padId: 0,
  };
  const problems = modelConfigProblems(config);
  if (problems.length)
    throw new ModelConfigError(`This llama2.c file cannot be read: ${problems.join(' ')}`);
  return config;
}

/** Must hold before anything is taken: the file has exactly the bytes that its header asks for. */
function checkSize(buffer: ArrayBuffer, config: ModelConfig): void {
  const { width: D, heads: H, kvHeads: G, layers: L, feedForward: F, vocabSize: V } = config;
  const E = D / H;
  const perLayer = 2 * D + 2 * D * D + 2 * G * E * D + 3 * F * D;
  const angles = config.maxPositions * E; // cosines and sines, E/2 each
  const wanted = HEADER_BYTES + 4 * (V * D + L * perLayer + D + angles);
  const what = `The llama2.c file has ${buffer.byteLength} bytes where its header asks for ${wanted}.`;
  if (buffer.byteLength < wanted) throw new TruncatedFileError(`${what} Download it again.`);
  if (buffer.byteLength > wanted)
    throw new WeightLayoutError(`${what} Choose a .bin in llama2.c's legacy layout.`);
}
