/**
 * Compiling WebGPU programs before they are needed. A program is compiled when it is first run, while the
 * device and the person wait; asked for all at once, a driver compiles them on as many threads as it has.
 */
import * as tf from '@tensorflow/tfjs-core';
import { webGpuBackend } from './webgpu-program';

/** How many of the programs that are asked for are ready, and which one came last. */
export interface CompileProgress {
  done: number;
  total: number;
  what: string;
}

/**
 * Compile every program that `work` runs and that has not been compiled yet. `work` is only pretended: its
 * tensors hold no numbers, and it must not read any. Nothing is yielded on a backend without programs.
 * @throws Error where a program does not compile.
 */
export async function* compileAhead(work: () => void): AsyncGenerator<CompileProgress, void, void> {
  const gpu = webGpuBackend();
  if (!gpu) return;
  const compilations = gpu.compileFor(() => tf.tidy(work));
  let done = 0;
  for (const { what, ready } of compilations) {
    await ready;
    done += 1;
    yield { done, total: compilations.length, what };
  }
}
