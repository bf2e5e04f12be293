/**
 * A WGSL program of ours, and the shader that is made of it. webgpu-backend.ts runs it.
 *
 * The bindings and the entry point are written around the code: inputs and outputs appear as storage arrays
 * under their names, uniforms as `uniforms.name`. A program counted in `invocations` is called for each as
 * `main(index)`; one counted in `workgroups` as `main(group, own)`, where `group` is uniform over the
 * workgroup, so that it may decide what lies around a barrier. Both may be called with a few numbers too
 * high: bound them. Programs do their own indexing of flat arrays.
 *
 * Must: have everything that is interpolated into `code` in `key`, with the names of bindings and uniforms;
 * pipelines are cached by key and types. Sizes belong in uniforms, or every new size is compiled.
 *
 * Workgroups are of 64 invocations: two or one of the bundles that graphics processors compute in (32 on
 * NVIDIA, Apple and Intel, 64 on AMD), far below the 256 that every adapter allows, and small enough that
 * the few hundred rows of a step still spread over all cores. Workgroup memory stays within the 16 KB, and
 * storage buffers within the 8, that every adapter offers. Neither subgroups nor f16 are relied on.
 */
export interface Output {
  shape: number[];
  /** float32 unless told. */
  dtype?: 'float32' | 'int32';
}

export interface Program {
  /** Unique for the code, interpolated constants included. */
  key: string;
  /** Names of the inputs, in order. */
  inputs: readonly string[];
  /** Shape and type of each output by name, in order. */
  outputs: Readonly<Record<string, Output>>;
  /** Invocations of a workgroup, 64 unless told. */
  workgroupSize?: number;
  /** How many workgroups, or how many invocations (rounded up). */
  workgroups?: number;
  invocations?: number;
  /** Uniforms by name. */
  integers?: Readonly<Record<string, number>>;
  floats?: Readonly<Record<string, number>>;
  /** WGSL, with a `fn main`. */
  code: string;
}

/**
 * The whole shader.
 * @param types one letter for each input, `>`, one letter for each output: f for float32, i for int32.
 */
export function shaderOf(program: Program, types: string): string {
  const { inputs, outputs, integers = {}, floats = {}, workgroupSize = 64, code } = program;
  const [read, written] = types.split('>') as [string, string];
  const typeOf = (letter: string | undefined) => (letter === 'f' ? 'f32' : 'i32');
  const bindings = [
    ...inputs.map((name, i) => `var<storage, read> ${name} : array<${typeOf(read[i])}>;`),
    ...Object.keys(outputs).map(
      (name, i) => `var<storage, read_write> ${name} : array<${typeOf(written[i])}>;`,
    ),
    'var<uniform> uniforms : Uniforms;',
  ].map((declaration, binding) => `@group(0) @binding(${binding}) ${declaration}`);
  const uniforms = [
    ...Object.keys(integers).map((name) => `${name} : i32,`),
    ...Object.keys(floats).map((name) => `${name} : f32,`),
  ];
  const call = program.workgroups === undefined ? `main(group * ${workgroupSize} + own);` : 'main(group, own);'; // prettier-ignore
  return /* wgsl */ `
    struct Uniforms { ${uniforms.join(' ')} };
    ${bindings.join('\n')}
    ${code}
    @compute @workgroup_size(${workgroupSize})
    fn start(
      @builtin(workgroup_id) place : vec3<u32>,
      @builtin(num_workgroups) count : vec3<u32>,
      @builtin(local_invocation_index) invocation : u32,
    ) {
      let group = i32((place.z * count.y + place.y) * count.x + place.x);
      let own = i32(invocation);
      ${call}
    }`;
}

/** WGSL for sums over a workgroup of 64: `sumAll(own, value)` gives every invocation the sum of all values. */
export const SUM_ALL_WGSL = /* wgsl */ `
  var<workgroup> partialSums : array<f32, 64>;

  fn sumAll(own : i32, value : f32) -> f32 {
    workgroupBarrier();
    partialSums[own] = value;
    workgroupBarrier();
    for (var width = 32; width > 0; width = width / 2) {
      if (own < width) { partialSums[own] += partialSums[own + width]; }
      workgroupBarrier();
    }
    return partialSums[0];
  }`;
