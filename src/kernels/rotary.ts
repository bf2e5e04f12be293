/**
 * Rotary position embedding (Su et al. 2021, https://arxiv.org/abs/2104.09864), in the layout of Hugging
 * Face, where number i of a head is paired with number i + E/2 ("rotate half"):
 *
 *     a      = position · θ^(-2i/E)
 *     y_i     = x_i cos a - x_{i+E/2} sin a
 *     y_{i+E/2} = x_{i+E/2} cos a + x_i sin a
 *
 * The dot product of a query and a key that are turned so depends on the distance of their positions only.
 * A rotation's gradient is the rotation backwards, so one kernel serves both, for queries and keys together.
 * Stock operations make twenty tensors of it.
 *
 * Angles reach hundreds of radians, where WGSL's own sin and cos promise nothing; the shader reduces the
 * angle itself (Cody and Waite 1980) and uses the polynomials of the Cephes library, good to 1e-7. On WASM
 * cosines and sines come from a table that JavaScript fills.
 */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide, type ByHead, type TokenIds } from '../shapes';
import { hostIntegers } from './host-memory';
import { cutForThreads, isFused, registerWasm, runMany, sizeOf } from './kernel';
import { registerWebGpu } from './webgpu-program';

const ROTARY = 'LabRotary';

/** Angle per position of each pair (E/2), float32. */
const frequencies = (E: number, theta: number): Float32Array =>
  Float32Array.from({ length: exactDivide(E, 2, 'Head width by pairs') }, (_, i) =>
    Math.pow(theta, (-2 * i) / E),
  );

/** The same in stock operations. */
export function referenceRotary(x: ByHead, positions: TokenIds, theta: number): ByHead {
  const [B, T, H, E] = x.shape;
  const half = E / 2;
  const places = tf.reshape(tf.cast(positions, 'float32'), [B, T, 1, 1]);
  const angle = tf.mul(places, tf.tensor1d(frequencies(E, theta))); // (B, T, 1, E/2)
  const [cos, sin] = [tf.cos(angle), tf.sin(angle)];
  const first = tf.slice(x, [0, 0, 0, 0], [B, T, H, half]);
  const second = tf.slice(x, [0, 0, 0, half], [B, T, H, half]);
  return tf.concat(
    [
      tf.sub<ByHead>(tf.mul(first, cos), tf.mul(second, sin)),
      tf.add<ByHead>(tf.mul(second, cos), tf.mul(first, sin)),
    ],
    3,
  );
}

// ── WebGPU: one invocation for each pair ──────────────────────────────────────────────────────────

registerWebGpu(ROTARY, ({ inputs, attributes: { theta, sign }, runForMany }) => {
  const [query, key, positions] = [inputs['query']!, inputs['key']!, inputs['positions']!];
  const [, , H, E] = query.shape as ByHead['shape'];
  const [, , G] = key.shape as ByHead['shape'];
  const [ofQuery, ofKey] = [sizeOf(query.shape) / 2, sizeOf(key.shape) / 2];
  const list = Array.from(frequencies(E, theta!), (f) => `f32(${f})`).join(', ');
  /** Turn pair `pair` of one tensor. */
  const turned = (source: string, result: string, heads: string, pair: string) => /* wgsl */ `
    let head = (${pair}) / HALF;
    let i = (${pair}) % HALF;
    let cs = turn(f32(positions[head / ${heads}]) * frequency[i]);
    let sine = uniforms.sign * cs.y;
    let at = head * 2 * HALF + i;
    let first = ${source}[at];
    let second = ${source}[at + HALF];
    ${result}[at] = first * cs.x - second * sine;
    ${result}[at + HALF] = second * cs.x + first * sine;`;
  return runForMany(
    {
      key: `rotary ${E} ${theta}`,
      inputs: ['query', 'key', 'positions'],
      outputs: { turnedQuery: { shape: query.shape }, turnedKey: { shape: key.shape } },
      invocations: ofQuery + ofKey,
      integers: { ofQuery, all: ofQuery + ofKey, H, G },
      floats: { sign: sign! },
      code: /* wgsl */ `
        const HALF = ${E / 2};

        /** (cos, sin): the angle less a multiple of π/2, in three exact pieces, then polynomials. */
        fn turn(angle : f32) -> vec2<f32> {
          let quarter = round(angle * 0.636619772);
          let r = ((angle - quarter * 1.5703125) - quarter * 4.837512969970703125e-4)
                  - quarter * 7.54978995489188e-8;
          let z = r * r;
          let s = r + r * z * (-1.6666654611e-1 + z * (8.3321608736e-3 - z * 1.9515295891e-4));
          let c = 1.0 - 0.5 * z
                  + z * z * (4.166664568298827e-2 + z * (-1.388731625493765e-3 + z * 2.443315711809948e-5));
          switch (i32(quarter) & 3) {
            case 0: { return vec2<f32>(c, s); }
            case 1: { return vec2<f32>(-s, c); }
            case 2: { return vec2<f32>(-c, -s); }
            default: { return vec2<f32>(s, -c); }
          }
        }

        fn main(index : i32) {
          if (index >= uniforms.all) { return; }
          var frequency = array<f32, HALF>(${list});
          if (index < uniforms.ofQuery) {
            ${turned('query', 'turnedQuery', 'uniforms.H', 'index')}
          } else {
            ${turned('key', 'turnedKey', 'uniforms.G', 'index - uniforms.ofQuery')}
          }
        }`,
    },
    [query, key, positions],
  );
});

// ── WASM (simd/rotary.ts) ─────────────────────────────────────────────────────────────────────────

/** Cosines and sines (positions, E) by head width and theta; grown by doubling when a position is new. */
const tables = new Map<string, Float32Array>();

function table(E: number, theta: number, positions: number): Float32Array {
  const known = tables.get(`${E} ${theta}`);
  if (known && known.length >= positions * E) return known;
  const rows = Math.max(64, 2 ** Math.ceil(Math.log2(positions)));
  const frequency = frequencies(E, theta);
  const grown = new Float32Array(rows * E);
  for (let position = 0; position < rows; position++)
    frequency.forEach((f, i) => {
      const angle = Math.fround(position * f);
      grown[position * E + i] = Math.cos(angle);
      grown[position * E + E / 2 + i] = Math.sin(angle);
    });
  tables.set(`${E} ${theta}`, grown);
  return grown;
}

/** Rows that are worth a part of their own. */
const GRAIN = 128;

registerWasm(
  ROTARY,
  ({ inputs: { query, key, positions }, attributes, address, output, scratch, heap, runParts }) => {
    const [B, T, , E] = query!.shape as ByHead['shape'];
    const last = hostIntegers(positions!)!.reduce((most, position) => Math.max(most, position), 0);
    const turns = table(E, attributes['theta']!, last + 1).subarray(0, (last + 1) * E);
    const outputs = [output(query!.shape), output(key!.shape)];
    const at = scratch(turns.length);
    heap().set(turns, at / 4);
    const parts = [query!, key!].flatMap((x, which) => {
      const heads = x.shape[2]!;
      return cutForThreads(B * T, GRAIN).map(({ from, count }) => {
        const [xFrom, yFrom] = [x, outputs[which]!].map((tensor) => address(tensor) + 4 * from * heads * E); // prettier-ignore
        const positionsFrom = address(positions!) + 4 * from;
        return [xFrom!, positionsFrom, at, yFrom!, count, heads, E, attributes['sign']!];
      });
    });
    runParts('rotate', parts);
    return outputs;
  },
);

// ── The operation ─────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: ROTARY,
  inputsToSave: ['positions'],
  gradFunc: (dys, [positions], attributes) => {
    const [query, key] = dys as [tf.Tensor, tf.Tensor];
    const { theta, sign } = attributes as { theta: number; sign: number };
    const inputs = { query, key, positions: positions! };
    const [dQuery, dKey] = runMany(ROTARY, inputs, { theta, sign: -sign });
    return { query: () => dQuery!, key: () => dKey! };
  },
});

/**
 * Turn each pair (x_i, x_{i+E/2}) of queries and keys by position · theta^(-2i/E).
 * query (B, T, H, E), key (B, T, G, E), positions (B, T) int32, from 0.
 * @throws Error where queries and keys are not of the same tokens and head width.
 */
export function rotary(
  query: ByHead,
  key: ByHead,
  positions: TokenIds,
  theta: number,
): [query: ByHead, key: ByHead] {
  if (!tf.util.arraysEqual(withoutHeads(query), withoutHeads(key)))
    throw new Error(
      `Queries (${query.shape.join(', ')}) and keys (${key.shape.join(', ')}) may differ in their number of heads only.`,
    );
  if (!isFused(ROTARY))
    return tf.tidy(() => [
      referenceRotary(query, positions, theta),
      referenceRotary(key, positions, theta),
    ]);
  return runMany(ROTARY, { query, key, positions }, { theta, sign: 1 }) as [ByHead, ByHead];
}

const withoutHeads = ({ shape: [B, T, , E] }: ByHead) => [B, T, E];
