/** The studies in the worker: driven step by step, stored as they go, told to the page whenever they have changed. */
import { sectionConfig } from '../config';
import { runExact, type ExactInputs } from '../exact-lab';
import { measurable, overOptimisation, type SweepInputs } from '../over-optimisation';
import type { Id, Prompt } from '../records';
import { saveRecords } from '../storage/collections';
import type { LabDatabase } from '../storage/schema';
import {
  exactStudyWith,
  newExactStudy,
  newSweepStudy,
  sweepStudyWith,
  type ExactRequest,
  type ExactStudy,
  type Study,
  type SweepRequest,
  type SweepStudy,
} from '../studies';
import type { TrainerEvent } from './messages';
import type { Models } from './models';

export interface StudySurroundings {
  db: LabDatabase;
  projectId: Id;
  backend: string;
  post(event: TrainerEvent): void;
  /** Tells how far it is, and whether to go on. */
  pass(progress: { done: number; total: number; label: string }): Promise<boolean>;
}

/** How often each method of the exact lab is measured on its way. */
const LOOKS = 8;

/** Shares of the time of an exact study; a method has that of `METHOD_SHARE`. */
const PREPARATION_SHARES = [2, 1]; // reading walks, drawing them
const METHOD_SHARE = 3;

/**
 * Run the exact lab, storing each result as soon as it is there. Stopped, it keeps what it has measured.
 * @param amount how much it reads, draws and trains; that of `exact-lab/settings.ts` unless given
 */
export async function exactStudy(
  request: ExactRequest,
  surroundings: StudySurroundings,
  amount: Pick<ExactInputs, 'walks' | 'draws' | 'config'> = {},
): Promise<ExactStudy> {
  const keeper = new Keeper<ExactStudy>(newExactStudy(headOf('exact', surroundings), request), surroundings); // prettier-ignore
  const shares = [...PREPARATION_SHARES, ...request.methods.map(() => METHOD_SHARE)];
  const total = shares.reduce((a, b) => a + b, 0);
  let [part, past] = [0, 0];
  return keeper.drive(runExact({ ...request, ...amount, looks: LOOKS }), async (event) => {
    // Points are told at once, and stored with the result that they lead to.
    await keeper.take(exactStudyWith(keeper.study, event), event.kind !== 'point');
    if (event.kind !== 'progress') return true;
    const { done, total: steps, what } = event.progress;
    const share = shares[part] ?? 0;
    const at = past + share * (done / steps);
    if (done === steps) [part, past] = [part + 1, past + share];
    return surroundings.pass({ done: at, total, label: what });
  });
}

/** The models that a sweep names, and the prompts that it trains and measures on. @throws NotStoredError */
export async function sweepInputs(
  { referenceId, rewardModelId, lengths, seed, settings }: SweepRequest,
  models: Models,
  prompts: readonly Prompt[],
): Promise<SweepInputs> {
  return {
    reference: await models.weights(referenceId),
    reward: await models.weights(rewardModelId),
    train: prompts.filter(({ split }) => split === 'train'),
    heldOut: measurable(prompts, settings.prompts),
    tokenizer: models.tokenizer,
    lengths,
    seed,
    missingEosScore: sectionConfig('ppo').missingEosScore,
  };
}

/**
 * Run a sweep, or go on with one that was stopped: its finished runs are kept, the others begin anew. Each point is
 * stored as soon as it is measured.
 */
export async function sweepStudy(
  request: SweepRequest,
  inputs: SweepInputs,
  surroundings: StudySurroundings,
  before: SweepStudy | null = null,
): Promise<SweepStudy> {
  const begun = newSweepStudy(headOf('over-optimisation', surroundings), request);
  const keeper = new Keeper<SweepStudy>(before ? goingOn(before) : begun, surroundings);
  const done = keeper.study.runs.map(({ coefficient }) => coefficient);
  return keeper.drive(overOptimisation(inputs, request.settings, done), async (event) => {
    await keeper.take(sweepStudyWith(keeper.study, event), true);
    if (event.kind !== 'progress') return true;
    const { what: label, ...progress } = event.progress;
    return surroundings.pass({ ...progress, label });
  });
}

/** A stopped sweep without what will be measured again: best of n, and runs that had not ended. */
function goingOn(study: SweepStudy): SweepStudy {
  const isDone = (coefficient: number | null) =>
    study.runs.some((run) => run.coefficient === coefficient);
  const points = study.points.filter(({ coefficient }) => isDone(coefficient));
  return { ...study, status: 'running', points };
}

const headOf = (kind: Study['kind'], { projectId, backend }: StudySurroundings) => {
  const createdAt = Date.now();
  return { id: `${kind}:${createdAt.toString(36)}:${projectId}`, createdAt, backend };
};

/** A study as it stands, on the disk and on the page. */
class Keeper<S extends Study> {
  readonly #began = performance.now();
  readonly #before: number;
  /** Whether there is anything to keep where it fails. */
  #isStored = false;

  constructor(
    public study: S,
    readonly surroundings: StudySurroundings,
  ) {
    this.#before = study.seconds;
  }

  /** Go through the events until they end, or `take` says to stop; whatever was measured is kept. */
  async drive<E>(events: AsyncGenerator<E>, take: (event: E) => Promise<boolean>): Promise<S> {
    try {
      for (;;) {
        const next = await events.next();
        if (next.done) return await this.end('finished');
        if (!(await take(next.value))) return await this.end('stopped');
      }
    } catch (error) {
      if (this.#isStored) await this.end('stopped');
      throw error;
    } finally {
      await events.return(undefined);
    }
  }

  async take(study: S, toStore: boolean): Promise<void> {
    if (study === this.study) return;
    this.study = { ...study, seconds: this.#before + (performance.now() - this.#began) / 1000 };
    const { db, projectId, post } = this.surroundings;
    this.#isStored ||= toStore;
    if (toStore) await saveRecords(db, 'studies', projectId, [this.study]);
    post({ kind: 'study.changed', study: this.study });
  }

  async end(status: 'finished' | 'stopped'): Promise<S> {
    await this.take({ ...this.study, status }, true);
    return this.study;
  }
}
