/**
 * The client of peer.py: PyTorch in a process of its own, asked line by line, so that its repeats and ours
 * take turns. It holds the weights that it hands over in a temporary folder, which goes when it is closed.
 */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { ModelConfig, TensorRecords } from '../../records';
import type { ClockName } from './clock';
import { TRAINING, type Batch } from './models';

const PEER = fileURLToPath(new URL('./peer.py', import.meta.url));
const PYTHONS = ['python3', '/usr/bin/python3'];

const Hello = v.object({ torch: v.string(), threads: v.literal(1) });
const Answer = v.object({
  seconds: v.number(),
  peakBytes: v.number(),
  /** Of a train step: nats per token before it. */
  loss: v.optional(v.number()),
  /** Parts of a PPO iteration, seconds. */
  rollout: v.optional(v.number()),
  scoring: v.optional(v.number()),
  updates: v.optional(v.number()),
});
export type PeerAnswer = v.InferOutput<typeof Answer>;

/** One kind of work at PyTorch's; each call does it once more, with the models as they are by then. */
export interface PeerJob {
  (): Promise<PeerAnswer>;
  /** Let PyTorch free it. */
  forget(): Promise<void>;
}

/** The first Python here that has PyTorch; null where none has. */
export const findPython = (): string | null =>
  PYTHONS.find((python) => spawnSync(python, ['-c', 'import torch']).status === 0) ?? null;

export class TorchPeer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rlhf-lab-bench-'));
  #errors = '';
  #made = 0;
  #version = '';

  /** @param python one that `findPython` found. */
  static async start(python: string, clock: ClockName): Promise<TorchPeer> {
    const peer = new TorchPeer(python, clock);
    peer.#version = v.parse(Hello, await peer.#line()).torch;
    return peer;
  }

  private constructor(python: string, clock: ClockName) {
    // Some builds take the thread count of the linear algebra from the environment only.
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }; // prettier-ignore
    this.#child = spawn(python, [PEER, clock], { env });
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#child.on('error', (error) => (this.#errors += error.message));
    this.#child.stdin.on('error', () => undefined); // it ended; the next line says so
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Of PyTorch. */
  get version(): string {
    return this.#version;
  }

  train(config: ModelConfig, weights: TensorRecords, { ids, B, T }: Batch): PeerJob {
    const fields = { config, weights: this.#file(weights), ids: [...ids], B, T };
    return this.#job('train', { ...fields, training: TRAINING });
  }

  /** B responses of R tokens to random queries of P, with a cache of keys and values. */
  generate(config: ModelConfig, weights: TensorRecords, B: number, P: number, R: number): PeerJob {
    return this.#job('generate', { config, weights: this.#file(weights), B, P, R });
  }

  /** @param settings sizes and what `peer.py` reads of the config of PPO. */
  ppo(
    config: ModelConfig,
    weights: TensorRecords,
    scalar: TensorRecords,
    settings: { B: number; P: number; R: number; epochs: number; klCoefficient: number },
  ): PeerJob {
    const files = { weights: this.#file(weights), scalar: this.#file(scalar) };
    return this.#job('ppo', { config, ...files, ...settings, training: TRAINING });
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #job(op: string, fields: object): PeerJob {
    const key = String(++this.#made);
    let first: object = fields; // later requests need not repeat them
    const call = async () => {
      const line = await this.#ask({ op, key, ...first });
      first = {};
      return v.parse(Answer, line);
    };
    const forget = async () => {
      await this.#ask({ op: 'forget', key });
    };
    return Object.assign(call, { forget });
  }

  async #ask(request: object): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#line();
  }

  async #line(): Promise<unknown> {
    const line = await this.#lines.next();
    if (line.done)
      throw new Error(`The PyTorch peer ended: ${this.#errors.trim().split('\n').at(-1) || 'it gave no reason.'}`); // prettier-ignore
    return JSON.parse(line.value);
  }

  /** All parameters in their order, as float32 numbers in a file. */
  #file(weights: TensorRecords): string {
    const path = join(this.#folder, `${++this.#made}.f32`);
    const parts = Object.values(weights).map(({ data }) => Buffer.from(Float32Array.from(data).buffer)); // prettier-ignore
    writeFileSync(path, Buffer.concat(parts));
    return path;
  }
}
