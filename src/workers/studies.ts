/** The exact lab in the worker: driven step by step, stored as it goes, told to the page whenever it has changed. */
import { runExact } from '../exact-lab';
import type { Id } from '../records';
import { saveRecords } from '../storage/collections';
import type { LabDatabase } from '../storage/schema';
import {
  exactStudyWith,
  newExactStudy,
  type ExactEvent,
  type ExactRequest,
  type ExactStudy,
  type Study,
} from '../studies';
import type { TrainerEvent } from './messages';

export interface StudySurroundings {
  db: LabDatabase;
  projectId: Id;
  backend: string;
  post(event: TrainerEvent): void;
  /** Tells how far it is, and whether to go on. */
  pass(progress: { done: number; total: number; label: string }): Promise<boolean>;
}

/** Where each method of the exact lab is measured on its way. */
const LOOKS = 8;

/** Shares of the time of an exact study; a method has that of `METHOD_SHARE`. */
const SHARES = { walks: 2, drawing: 1 };
const METHOD_SHARE = 3;

/** Run the exact lab, storing each result as soon as it is there. Stopped, it keeps what it has measured. */
export async function exactStudy(
  request: ExactRequest,
  surroundings: StudySurroundings,
): Promise<ExactStudy> {
  const keeper = new Keeper<ExactStudy>(
    newExactStudy({ ...headOf('exact', surroundings) }, request),
    surroundings,
  );
  const events = runExact({ ...request, looks: LOOKS });
  const total = SHARES.walks + SHARES.drawing + METHOD_SHARE * request.methods.length;
  let past = 0;
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return await keeper.end('finished');
      const event = next.value;
      await keeper.take(exactStudyWith(keeper.study, event), isResult(event));
      if (event.kind !== 'progress') continue;
      const { done, total: steps, what } = event.progress;
      const share = past === 0 ? SHARES.walks : past === SHARES.walks ? SHARES.drawing : METHOD_SHARE; // prettier-ignore
      const at = past + share * (done / steps);
      if (done === steps) past += share;
      if (!(await surroundings.pass({ done: at, total, label: what }))) return await keeper.end('stopped'); // prettier-ignore
    }
  } catch (error) {
    await keeper.end('stopped');
    throw error;
  } finally {
    await events.return(undefined as never);
  }
}

/** Points of a run are told at once, and stored with the result that they lead to. */
const isResult = ({ kind }: ExactEvent): boolean => kind === 'reference' || kind === 'result';

const headOf = (kind: Study['kind'], { projectId, backend }: StudySurroundings) => {
  const createdAt = Date.now();
  return { id: `${kind}:${createdAt.toString(36)}:${projectId}`, createdAt, backend };
};

/** A study as it stands, on the disk and on the page. */
class Keeper<S extends Study> {
  readonly #began = performance.now();

  constructor(
    public study: S,
    readonly surroundings: StudySurroundings,
  ) {}

  async take(study: S, toStore: boolean): Promise<void> {
    if (study === this.study) return;
    this.study = { ...study, seconds: (performance.now() - this.#began) / 1000 };
    const { db, projectId, post } = this.surroundings;
    if (toStore) await saveRecords(db, 'studies', projectId, [this.study]);
    post({ kind: 'study.changed', study: this.study });
  }

  async end(status: 'finished' | 'stopped'): Promise<S> {
    await this.take({ ...this.study, status }, true);
    return this.study;
  }
}
