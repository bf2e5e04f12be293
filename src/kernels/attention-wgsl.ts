/**
 * The WGSL of attention: forward, backward for queries, backward for keys and values, all of one pattern.
 *
 * A workgroup of 64 invocations takes 64 queries (or, for the gradients of keys and values, 64 keys) of one
 * head; each invocation keeps its own row in registers. The other side comes by tiles through workgroup
 * memory, so that a number fetched once serves 64 rows. The head width E is a constant of the program.
 */
import type { Program } from './wgsl';

export interface Sizes {
  B: number;
  T: number;
  S: number;
  H: number;
  G: number;
  E: number;
}

/** Rows of a tile: two tiles of E numbers a row fit 16 KB, what every adapter has. */
const tileRows = (E: number) => Math.max(1, Math.min(16, Math.floor(1920 / E)));

const rowsOf64 = (count: number) => Math.ceil(count / 64);

const header = (E: number) => /* wgsl */ `
  const E = ${E};
  const TILE = ${tileRows(E)};
  var<workgroup> tileA : array<f32, ${tileRows(E) * E}>;
  var<workgroup> tileB : array<f32, ${tileRows(E) * E}>;

  fn queryAt(b : i32, t : i32, h : i32) -> i32 { return ((b * uniforms.T + t) * uniforms.H + h) * E; }
  fn keyAt(b : i32, s : i32, g : i32) -> i32 { return ((b * uniforms.S + s) * uniforms.G + g) * E; }`;

/** What is done with one query: `each` with each of its keys, in every pass over them, then `end`. */
interface Pass {
  begin: string;
  each: string;
  end: string;
}

/** Walk the keys of one head for 64 queries, once for each pass. */
const overKeys = (E: number, passes: readonly Pass[]) => /* wgsl */ `
  ${header(E)}

  fn main(group : i32, own : i32) {
    let T = uniforms.T;
    let S = uniforms.S;
    let blocks = (T + 63) / 64;
    let h = (group / blocks) % uniforms.H;
    let b = group / (blocks * uniforms.H);
    let g = h / (uniforms.H / uniforms.G);
    let t = (group % blocks) * 64 + own;
    let isQuery = t < T && b < uniforms.B;
    let lastSeen = S - T + t;
    let lastOfBlock = S - T + (group % blocks) * 64 + 63;
    var q : array<f32, E>;
    if (isQuery) {
      for (var i = 0; i < E; i++) { q[i] = query[queryAt(b, t, h) + i]; }
    }
    ${passes.map(overKeysOnce).join('\n')}
  }`;

const overKeysOnce = ({ begin, each, end }: Pass) => /* wgsl */ `
    ${begin}
    for (var start = 0; start < S; start += TILE) {
      if (start <= lastOfBlock && b < uniforms.B) {
        for (var e = own; e < TILE * E; e += 64) {
          let s = start + e / E;
          if (s < S) {
            tileA[e] = key[keyAt(b, s, g) + e % E];
            tileB[e] = value[keyAt(b, s, g) + e % E];
          }
        }
      }
      workgroupBarrier();
      if (isQuery) {
        for (var j = 0; j < TILE; j++) {
          let s = start + j;
          if (s > lastSeen || s >= S) { break; }
          if (keyMask[b * S + s] > 0.0) {
            var score = 0.0;
            for (var i = 0; i < E; i++) { score += q[i] * tileA[j * E + i]; }
            score *= uniforms.scale;
            ${each}
          }
        }
      }
      workgroupBarrier();
    }
    if (isQuery) { ${end} }`;

/** Walk the queries of a group's heads for 64 keys, and sum the gradients of key and value. */
const overQueries = (E: number) => /* wgsl */ `
  ${header(E)}
  var<workgroup> tileStatistics : array<f32, ${2 * tileRows(E)}>;

  fn main(group : i32, own : i32) {
    let T = uniforms.T;
    let S = uniforms.S;
    let blocks = (S + 63) / 64;
    let g = (group / blocks) % uniforms.G;
    let b = group / (blocks * uniforms.G);
    let s = (group % blocks) * 64 + own;
    let isInside = s < S && b < uniforms.B;
    var isKey = isInside;
    if (isInside) { isKey = keyMask[b * S + s] > 0.0; }
    var k : array<f32, E>;
    var v : array<f32, E>;
    var ofKey : array<f32, E>;
    var ofValue : array<f32, E>;
    if (isKey) {
      for (var i = 0; i < E; i++) {
        k[i] = key[keyAt(b, s, g) + i];
        v[i] = value[keyAt(b, s, g) + i];
      }
    }
    let perGroup = uniforms.H / uniforms.G;
    for (var head = 0; head < uniforms.H / uniforms.G; head++) {
      let h = g * perGroup + head;
      for (var start = 0; start < T; start += TILE) {
        if (b < uniforms.B) {
          for (var e = own; e < TILE * E; e += 64) {
            let t = start + e / E;
            if (t < T) {
              tileA[e] = query[queryAt(b, t, h) + e % E];
              tileB[e] = dOut[queryAt(b, t, h) + e % E];
            }
          }
          if (own < 2 * TILE) {
            let t = start + own / 2;
            if (t < T) {
              tileStatistics[own] = statistics[((b * T + t) * uniforms.H + h) * 2 + own % 2];
            }
          }
        }
        workgroupBarrier();
        if (isKey) {
          for (var j = 0; j < TILE; j++) {
            let t = start + j;
            if (t < T && s <= S - T + t) {
              var score = 0.0;
              var dWeight = 0.0;
              for (var i = 0; i < E; i++) {
                score += k[i] * tileA[j * E + i];
                dWeight += v[i] * tileB[j * E + i];
              }
              let weight = exp(score * uniforms.scale - tileStatistics[2 * j]);
              let dScore = weight * (dWeight - tileStatistics[2 * j + 1]) * uniforms.scale;
              for (var i = 0; i < E; i++) {
                ofKey[i] += dScore * tileA[j * E + i];
                ofValue[i] += weight * tileB[j * E + i];
              }
            }
          }
        }
        workgroupBarrier();
      }
    }
    if (isInside) {
      for (var i = 0; i < E; i++) {
        dKey[keyAt(b, s, g) + i] = ofKey[i];
        dValue[keyAt(b, s, g) + i] = ofValue[i];
      }
    }
  }`;

/** Take a score into the running maximum and sum; what was summed before is scaled down by \`shrink\`. */
const ONLINE = /* wgsl */ `
  let higher = max(most, score);
  let shrink = exp(most - higher);
  let weight = exp(score - higher);
  most = higher;
  total = total * shrink + weight;`;

const program = (
  name: string,
  { E, ...integers }: Sizes,
  rest: Pick<Program, 'inputs' | 'outputs' | 'workgroups' | 'code'>,
): Program => ({
  key: `attention ${name} ${E}`,
  integers,
  floats: { scale: 1 / Math.sqrt(E) },
  ...rest,
});

/** The forward pass: query, key, value, keyMask to (B, T, H, E). */
export function outputProgram(all: Sizes): Program {
  const { B, T, H, E } = all;
  return program('output', all, {
    inputs: ['query', 'key', 'value', 'keyMask'],
    outputs: { result: { shape: [B, T, H, E] } },
    workgroups: B * H * rowsOf64(T),
    code: overKeys(E, [
      {
        begin: 'var most = -1e30; var total = 0.0; var sum : array<f32, E>;',
        each: `${ONLINE}
          for (var i = 0; i < E; i++) { sum[i] = sum[i] * shrink + weight * tileB[j * E + i]; }`,
        end: `let inverse = select(0.0, 1.0 / total, total > 0.0);
          for (var i = 0; i < E; i++) { result[queryAt(b, t, h) + i] = sum[i] * inverse; }`,
      },
    ]),
  });
}

const BACKWARD_INPUTS = ['query', 'key', 'value', 'keyMask', 'dOut'];
const WEIGHT_GRADIENT =
  'var dWeight = 0.0; for (var i = 0; i < E; i++) { dWeight += slope[i] * tileB[j * E + i]; }';

/**
 * The gradient of the query, and what those of key and value need of each query (B, T, H, 2): log Σ e^s, and
 * δ = Σ P dP. The first pass over the keys finds these two, the second sums dQ = Σ dS K.
 */
export function queryGradientProgram(all: Sizes): Program {
  const { B, T, H, E } = all;
  return program('dQuery', all, {
    inputs: BACKWARD_INPUTS,
    outputs: { dQuery: { shape: [B, T, H, E] }, statistics: { shape: [B, T, H, 2] } },
    workgroups: B * H * rowsOf64(T),
    code: overKeys(E, [
      {
        begin: `var most = -1e30; var total = 0.0; var mixed = 0.0; var slope : array<f32, E>;
          var logTotal = 1e30; var delta = 0.0;
          if (isQuery) { for (var i = 0; i < E; i++) { slope[i] = dOut[queryAt(b, t, h) + i]; } }`,
        each: `${ONLINE} ${WEIGHT_GRADIENT}
          mixed = mixed * shrink + weight * dWeight;`,
        end: `if (total > 0.0) { logTotal = most + log(total); delta = mixed / total; }
          let at = queryAt(b, t, h) / E * 2;
          statistics[at] = logTotal;
          statistics[at + 1] = delta;`,
      },
      {
        begin: 'var sum : array<f32, E>;',
        each: `${WEIGHT_GRADIENT}
          let dScore = exp(score - logTotal) * (dWeight - delta) * uniforms.scale;
          for (var i = 0; i < E; i++) { sum[i] += dScore * tileA[j * E + i]; }`,
        end: 'for (var i = 0; i < E; i++) { dQuery[queryAt(b, t, h) + i] = sum[i]; }',
      },
    ]),
  });
}

/** The gradients of key and value, given the statistics of the queries. */
export function keyGradientProgram(all: Sizes): Program {
  const { B, S, G, E } = all;
  return program('dKey dValue', all, {
    inputs: [...BACKWARD_INPUTS, 'statistics'],
    outputs: { dKey: { shape: [B, S, G, E] }, dValue: { shape: [B, S, G, E] } },
    workgroups: B * G * rowsOf64(S),
    code: overQueries(E),
  });
}

/** One query per row over the first `length` positions of a cache: (B, H, E); a workgroup for each head. */
export function cachedProgram(all: Sizes, length: number): Program {
  const { B, H, E } = all;
  const base = program('cached', all, {
    inputs: ['query', 'key', 'value', 'keyMask'],
    outputs: { result: { shape: [B, H, E] } },
    workgroups: B * H,
    code: /* wgsl */ `
      const E = ${E};
      var<workgroup> scores : array<f32, 64>;

      fn main(group : i32, own : i32) {
        let S = uniforms.S;
        let row = min(group, uniforms.B * uniforms.H - 1);
        let b = row / uniforms.H;
        let g = (row % uniforms.H) / (uniforms.H / uniforms.G);
        var most = -1e30;
        var total = 0.0;
        var sum : array<f32, ${rowsOf64(E)}>; // numbers own, own + 64, … of the output
        for (var start = 0; start < uniforms.length; start += 64) {
          let s = start + own;
          var score = -1e30;
          if (s < uniforms.length && keyMask[b * S + min(s, S - 1)] > 0.0) {
            score = 0.0;
            let at = ((b * S + s) * uniforms.G + g) * E;
            for (var i = 0; i < E; i++) { score += query[row * E + i] * key[at + i]; }
            score *= uniforms.scale;
          }
          scores[own] = score;
          workgroupBarrier();
          var higher = most;
          for (var j = 0; j < 64; j++) { higher = max(higher, scores[j]); }
          let shrink = exp(most - higher);
          most = higher;
          total *= shrink;
          for (var part = 0; part < ${rowsOf64(E)}; part++) { sum[part] *= shrink; }
          for (var j = 0; j < min(64, uniforms.length - start); j++) {
            if (scores[j] > -1e29) {
              let weight = exp(scores[j] - most);
              total += weight;
              let at = ((b * S + start + j) * uniforms.G + g) * E;
              for (var part = 0; part < ${rowsOf64(E)}; part++) {
                let i = own + part * 64;
                if (i < E) { sum[part] += weight * value[at + i]; }
              }
            }
          }
          workgroupBarrier();
        }
        let inverse = select(0.0, 1.0 / total, total > 0.0);
        for (var part = 0; part < ${rowsOf64(E)}; part++) {
          let i = own + part * 64;
          if (i < E) { result[row * E + i] = sum[part] * inverse; }
        }
      }`,
  });
  return { ...base, integers: { ...base.integers, length } };
}
