/**
 * The engine for tests: each backend in turn, started as the command line starts it. Where this machine has
 * no WebGPU at all, not even in software, its tests are skipped and say why; anything else that keeps a
 * backend from starting is a failure.
 */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { BackendUnavailable, type BackendName, type Engine } from '../src/kernels/engine';
import { startNodeEngine } from '../src/kernels/engine-node';

export const BACKENDS: readonly BackendName[] = ['cpu', 'wasm', 'webgpu'];
/** Those that give the same bits every time. */
export const EXACT_BACKENDS: readonly BackendName[] = ['cpu', 'wasm'];

/** What is said where there is no graphics processor and no software that stands in for one. */
const ABSENT = [/WebGPU is not offered here/, /no graphics adapter/, /Dawn.* could not be loaded/];

/** Where Chromium keeps a Vulkan loader of its own, beside its software driver. */
const LOADERS = ['chromium', 'chromium-browser', 'chromium-browser/chromium'].map(
  (folder) => `/usr/lib/${folder}/libvulkan.so.1`,
);
const RTLD_NODELETE = 0x1000; // Linux

/**
 * Dawn asks the system for `libvulkan.so.1`. Where only Chromium has it, load that copy into the process:
 * a library that is already there is found by its name, wherever it came from.
 */
function lendVulkanLoader(): void {
  const loader = LOADERS.find(existsSync);
  if (process.platform !== 'linux' || !loader) return;
  try {
    process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // It is no module of Node's, and Node says so after it has loaded it.
  }
}

let engine: Engine | null = null;

/** The engine that the tests of this group run on. */
export function runningEngine(): Engine {
  if (!engine) throw new Error('No engine runs; call this inside a test of `onEngines`.');
  return engine;
}

/** Why WebGPU is not to be had on this machine. @throws the error, where it is about anything else */
export function absenceOf(error: unknown): string {
  const isAbsent = error instanceof BackendUnavailable && ABSENT.some((pattern) => pattern.test(error.message)); // prettier-ignore
  if (!isAbsent) throw error;
  return error.message;
}

/** Run a group of tests on each backend, one after the other. */
export function onEngines(
  title: string,
  tests: (backend: BackendName) => void,
  backends: readonly BackendName[] = BACKENDS,
): void {
  for (const backend of backends)
    describe(`${title} (${backend})`, () => {
      let absence: string | null = null;
      beforeAll(async () => {
        if (backend === 'webgpu') lendVulkanLoader();
        try {
          engine = await startNodeEngine({ force: backend, onProblem: fail });
        } catch (error) {
          if (backend !== 'webgpu') throw error;
          absence = absenceOf(error);
        }
      });
      beforeEach((context) => {
        if (absence) context.skip(absence);
      });
      afterAll(() => {
        engine?.dispose();
        engine = null;
      });
      tests(backend);
    });
}

/** An error that the device reports later than the call that made it: vitest fails the file on it. */
function fail(sentence: string): void {
  throw new Error(sentence);
}
