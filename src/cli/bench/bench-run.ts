/** What the parts of the bench share: the engine they run on, turns with a peer, where rows go. */
import type { Engine, EngineOptions } from '../../kernels/engine';
import { startNodeEngine } from '../../kernels/engine-node';
import type { Clock } from './clock';
import type { TorchPeer } from './peer';
import type { Measured, Row } from './rows';
import type { Trainer } from './trainers';

export interface Bench {
  /** Leave out everything but the whole steps. */
  quick: boolean;
  repeats: number;
  now: Clock;
  /** How many threads our kernels are measured with: each gives rows of its own. */
  threads: readonly number[];
  torch: TorchPeer | null;
  add(row: Row): void;
  /** Tell the person something, such as what was skipped and why. */
  say(sentence: string): void;
}

/** Run `work` on an engine of its own. @throws BackendUnavailable */
export async function onEngine<Result>(
  options: EngineOptions,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await startNodeEngine(options);
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

/** Run `work` on WASM engines of one thread and more, as asked; `threads` as a row's name says it. */
export async function onThreads(
  bench: Bench,
  work: (threads: string) => Promise<void>,
): Promise<void> {
  for (const threads of bench.threads)
    await onEngine({ force: 'wasm', threads }, async ({ report }) => {
      if (report.threads === threads)
        await work(threads === 1 ? 'one thread' : `${threads} threads`);
      else bench.say(`Rows of ${threads} threads were skipped: memory cannot be shared here.`);
    });
}

/** Do some work once; what it measured, such as seconds. */
export type Side = () => number | Promise<number>;

/**
 * Ours, peer, ours, peer …, so that both meet the same moods of the machine.
 * @param warmUps turns of both before those that count: compilation, first allocations.
 */
export async function takeTurns(
  ours: Side,
  peer: Side | null,
  repeats: number,
  warmUps = 1,
): Promise<Measured> {
  const measured = { ours: [] as number[], peer: peer && ([] as number[]) };
  for (let turn = -warmUps; turn < repeats; turn++) {
    const own = await ours();
    const other = peer && (await peer());
    if (turn < 0) continue;
    measured.ours.push(own);
    if (other !== null) measured.peer?.push(other);
  }
  return measured;
}

/** A step on a backend whose kernels run within the call, as WASM's do: seconds and loss. */
export function timedStep(trainer: Trainer, now: Clock): { seconds: number; loss: number } {
  const start = now();
  const loss = trainer.submit();
  const seconds = now() - start;
  const value = loss.dataSync<'float32'>()[0]!;
  loss.dispose();
  return { seconds, loss: value };
}

/**
 * Two sides that start from the same weights and batch see the same loss, or one of them computes another
 * model and the comparison is worth nothing. @throws Error
 */
export function assertSameLoss(peer: string, ours: number, theirs: number | undefined): void {
  if (theirs !== undefined && Math.abs(ours - theirs) < 1e-3 * Math.abs(ours)) return;
  throw new Error(`${peer} computes another model: its first loss is ${theirs}, ours is ${ours}.`);
}
