/**
 * A person at work on rankings: which sample is on the screen, in what order its answers stand, how long
 * it took, and the way back.
 *
 * Invariant: the next sample is shown only when the verdict on the present one is on the disk, since it is
 * the list of stored rankings that says which sample is next.
 */
import { permutation, STREAM } from '../../data/random';
import type { Id, LabelerInfo, Ranking, Sample } from '../../records';
import { ranking as text } from '../strings/rankings';
import { newId } from './ids';
import type { Lab } from './lab.svelte';
import {
  moved,
  orderOf,
  orderOfRanks,
  paceOf,
  placed,
  placesOf,
  ranksOf,
  tiesOf,
  tieToggled,
  type Order,
} from './ranking';

/** Whoever sits before the screen. */
export const PERSON: LabelerInfo = { id: 'person', name: 'You', source: 'human' };

/** Time that runs only while it is watched. */
export class Stopwatch {
  #before: number;
  #since: number | null = null;

  constructor(seconds = 0) {
    this.#before = seconds;
  }
  start(): void {
    this.#since ??= performance.now();
  }
  pause(): void {
    this.#before = this.seconds;
    this.#since = null;
  }
  get seconds(): number {
    return this.#before + (this.#since === null ? 0 : (performance.now() - this.#since) / 1000);
  }
}

/** One sample under the labeler's hands. */
export class Draft {
  readonly watch: Stopwatch;
  readonly shown: readonly number[];
  order: Order = $state.raw([]);
  /** The answer that keys act on, by its index. */
  chosen = $state<number | null>(null);
  flagged = $state(false);
  #steps = $state.raw<readonly Order[]>([]);

  /** @param before the verdict that was taken back, to go on from. */
  constructor(
    readonly sample: Sample,
    before?: Ranking,
  ) {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    this.shown = before?.shown ?? permutation(sample.responses.length, seed, STREAM.labeler);
    this.order =
      before?.verdict === 'ranked' ? orderOfRanks(before.ranks, this.shown) : orderOf(this.shown);
    this.flagged = before?.flagged ?? false;
    this.watch = new Stopwatch(before?.seconds);
  }

  get canUndo(): boolean {
    return this.#steps.length > 0;
  }
  /** Take back the last move. */
  undo(): void {
    const last = this.#steps.at(-1);
    if (!last) return;
    this.order = last;
    this.#steps = this.#steps.slice(0, -1);
  }
  change(order: Order): boolean {
    if (order === this.order) return false;
    this.#steps = [...this.#steps, this.order];
    this.order = order;
    return true;
  }
}

/** What a session needs of the lab. */
export type RankingLab = Pick<Lab, 'labels' | 'attempt'>;

export class RankingSession {
  #lab: RankingLab;
  /** A sample whose verdict was taken back comes before the others. */
  #wanted = $state<Id | null>(null);
  #drafts = new Map<Id, Draft>();
  isSaving = $state(false);
  /** What just happened, for those who do not see it. */
  said = $state('');

  draft = $derived.by((): Draft | null => {
    const { unranked } = this.#lab.labels;
    const sample = unranked.find(({ id }) => id === this.#wanted) ?? unranked[0];
    return sample ? this.#draftOf(sample) : null;
  });
  /** Samples with a verdict, by anyone. */
  done = $derived.by(() => this.#lab.labels.samples.length - this.#lab.labels.unranked.length);
  total = $derived.by(() => this.#lab.labels.samples.length);
  mine = $derived.by(() =>
    this.#lab.labels.rankings.filter(({ labeler }) => labeler.id === PERSON.id),
  );
  /** Seconds that one takes; null before the first. */
  pace = $derived.by(() => paceOf(this.mine.map(({ seconds }) => seconds)));
  canUndo = $derived.by(() => this.draft?.canUndo || this.mine.length > 0);

  constructor(lab: RankingLab) {
    this.#lab = lab;
  }

  #draftOf(sample: Sample): Draft {
    const old = this.#drafts.get(sample.id);
    if (old) return old;
    const draft = new Draft(sample);
    this.#drafts.set(sample.id, draft);
    return draft;
  }

  // ── Ordering ────────────────────────────────────────────────────────────────────────────────────

  /** Choose the answer at a place from 0 to K - 1. */
  choose(place: number): void {
    const { draft } = this;
    const answer = draft ? placesOf(draft.order)[place] : undefined;
    if (!draft || answer === undefined) return;
    draft.chosen = answer;
    this.said = text.said.chosen(place + 1);
  }
  move(by: -1 | 1): void {
    const { draft } = this;
    if (!draft || draft.chosen === null) return;
    this.#say(draft, draft.change(moved(draft.order, draft.chosen, by)));
  }
  tie(): void {
    const { draft } = this;
    if (!draft || draft.chosen === null) return;
    this.#say(draft, draft.change(tieToggled(draft.order, draft.chosen)));
  }
  drop(answer: number, place: number): void {
    const { draft } = this;
    if (!draft) return;
    draft.chosen = answer;
    this.#say(draft, draft.change(placed(draft.order, answer, place)));
  }
  flag(): void {
    const { draft } = this;
    if (!draft) return;
    draft.flagged = !draft.flagged;
    this.said = draft.flagged ? text.said.flagged : text.said.unflagged;
  }

  #say(draft: Draft, hasChanged: boolean): void {
    if (draft.chosen === null) return;
    const place = placesOf(draft.order).indexOf(draft.chosen);
    const isTied = tiesOf(draft.order)[place] === true;
    const { length } = draft.sample.responses;
    this.said = hasChanged
      ? text.said.moved(place + 1, length, isTied)
      : text.said.stays(place + 1, length);
  }

  // ── Verdicts ────────────────────────────────────────────────────────────────────────────────────

  /** Write the verdict. The next sample is there when this resolves, or a problem is. */
  async save(verdict: Ranking['verdict']): Promise<void> {
    const { draft } = this;
    if (!draft || this.isSaving) return;
    this.isSaving = true;
    const isDone = await this.#lab.attempt(text.notSaved, () =>
      this.#lab.labels.saveRanking(this.#verdict(draft, verdict)),
    );
    if (isDone) {
      this.#drafts.delete(draft.sample.id);
      this.#wanted = null;
      this.said = text.said.saved(this.done, this.total);
    }
    this.isSaving = false;
  }

  #verdict({ sample, order, shown, flagged, watch, canUndo }: Draft, verdict: Ranking['verdict']) {
    // An order that nobody made says nothing: it is the one in which chance showed the answers.
    const isMade = verdict === 'ranked' || (verdict === 'all-bad' && canUndo);
    return {
      id: newId(),
      sampleId: sample.id,
      prompt: sample.prompt,
      responses: sample.responses.map((response) => response.text),
      ranks: isMade ? ranksOf(order) : sample.responses.map(() => 1),
      verdict,
      flagged,
      shown: [...shown],
      labeler: PERSON,
      seconds: Math.round(10 * watch.seconds) / 10,
      createdAt: Date.now(),
    };
  }

  /** Take back the last move; where there is none, the last verdict, and show it again. */
  async undo(): Promise<void> {
    const { draft } = this;
    if (this.isSaving) return;
    if (draft?.canUndo) {
      draft.undo();
      this.said = text.said.undone;
      return;
    }
    const last = this.mine.at(-1);
    if (!last) return;
    this.isSaving = true;
    const sample = this.#lab.labels.samples.find(({ id }) => id === last.sampleId);
    const isDone = await this.#lab.attempt(text.notUndone, async () => {
      if (sample) this.#drafts.set(sample.id, new Draft(sample, last));
      this.#wanted = last.sampleId;
      await this.#lab.labels.undoRanking(PERSON.id);
    });
    if (isDone) this.said = text.said.takenBack(last.prompt.text);
    else this.#wanted = null;
    this.isSaving = false;
  }
}
