/**
 * A person at work on rankings: which sample is on the screen, in what order its answers stand, how long
 * it took, and the way back.
 *
 * Invariant: the next sample is shown only when the verdict on the present one is on the disk, since it is
 * the list of stored rankings that says which sample is next.
 */
import { formProblem } from '../../data/instruct-form';
import type { Id, LabelerInfo, Ranking, ResponseForm, Sample } from '../../records';
import { ranking as text } from '../strings/rankings';
import { Draft, keyOf, type Item } from './draft.svelte';
import { newId } from './ids';
import type { Lab } from './lab.svelte';
import type { Undo } from './labels.svelte';
import { queueOf, repeatDue, type QueueFacts } from './queue';
import { moved, paceOf, pairCount, placed, placesOf, ranksOf, tiesOf, tieToggled } from './ranking';

/** Whoever sits before the screen. */
export const PERSON: LabelerInfo = { id: 'person', name: 'You', source: 'human' };

export type { Draft } from './draft.svelte';

/** What a session needs of the lab. */
export type RankingLab = Pick<Lab, 'labels' | 'labeling' | 'attempt'> & {
  project: Pick<NonNullable<Lab['project']>, 'seed'> | null;
};

/** A verdict of this session, and how to take it back. */
interface Done {
  saved: Ranking;
  item: Item;
  undo: Undo;
}

export class RankingSession {
  #lab: RankingLab;
  /** An item whose verdict was taken back comes before the others. */
  #wanted = $state.raw<{ labelerId: Id; item: Item } | null>(null);
  #drafts = new Map<string, Draft>();
  #done: Done[] = [];
  isSaving = $state(false);
  /** What just happened, for those who do not see it. */
  said = $state('');
  /** Why a verdict was not taken, as a sentence. */
  problem = $state('');

  #facts = $derived.by((): QueueFacts => {
    const { labels, labeling, project } = this.#lab;
    return {
      samples: labels.samples,
      rankings: labels.rankings,
      labelerId: labeling.current.id,
      labeling: labeling.settings,
      doubts: labeling.doubts,
      seed: project?.seed ?? 1,
    };
  });
  #queue = $derived.by(() => queueOf(this.#facts));

  /** Verdicts that are to be made again. */
  relabels = $derived.by((): Ranking[] =>
    this.#lab.labeling.settings.relabel.flatMap(
      (id) => this.#lab.labels.rankings.find((each) => each.id === id) ?? [],
    ),
  );
  #item = $derived.by((): Item | null => {
    const { labelerId } = this.#facts;
    if (this.#wanted?.labelerId === labelerId) return this.#wanted.item;
    const [again] = this.relabels;
    if (again) return this.#again(again);
    const repeat = repeatDue(this.#facts);
    if (repeat)
      return { sample: this.#sampleOf(repeat), isRepeat: true, doubted: null, replaces: null };
    const [sample] = this.#queue;
    return sample ? { sample, isRepeat: false, doubted: null, replaces: null } : null;
  });
  draft = $derived.by((): Draft | null => (this.#item ? this.#draftOf(this.#item) : null));

  /** Samples that this labeler need not judge any more. */
  done = $derived.by(() => this.#lab.labels.samples.length - this.#queue.length);
  total = $derived.by(() => this.#lab.labels.samples.length);
  mine = $derived.by(() =>
    this.#lab.labels.rankings.filter(({ labeler }) => labeler.id === this.#facts.labelerId),
  );
  /** Seconds that one takes; null before the first. */
  pace = $derived.by(() =>
    paceOf(this.mine.filter(({ verdict }) => verdict !== 'skipped').map(({ seconds }) => seconds)),
  );
  canUndo = $derived.by(() => this.draft?.canUndo || this.mine.length > 0);

  constructor(lab: RankingLab) {
    this.#lab = lab;
  }

  #key = (item: Item): string => keyOf(this.#lab.labeling.current.id, item);

  #draftOf(item: Item): Draft {
    const key = this.#key(item);
    const old = this.#drafts.get(key);
    if (old) return old;
    const draft =
      Draft.takeUp(item, key, this.#lab.labeling.draft) ??
      // A verdict that is made again begins without the old order: it was doubted.
      new Draft(item);
    this.#drafts.set(key, draft);
    return draft;
  }

  /** The sample of a ranking, as far as the ranking knows it where the sample itself is gone. */
  #sampleOf({ sampleId, prompt, responses, createdAt }: Ranking): Sample {
    const stored = this.#lab.labels.samples.find(({ id }) => id === sampleId);
    const said = responses.map((response) => ({ text: response, tokens: 0, finished: true }));
    const unknown = { checkpointId: '', temperature: 1, seed: 0 };
    return stored ?? { id: sampleId, prompt, ...unknown, responses: said, createdAt };
  }

  /** A doubted verdict as an item: its place is taken where it is one's own or a rule's. */
  #again(doubted: Ranking): Item {
    const { labeler, sampleId } = doubted;
    const isTheirs = labeler.source === 'human' && labeler.id !== this.#facts.labelerId;
    const mine = this.mine.find((each) => each.sampleId === sampleId && !each.repeat);
    return {
      sample: this.#sampleOf(doubted),
      isRepeat: false,
      doubted: doubted.id,
      replaces: isTheirs ? (mine ?? null) : doubted,
    };
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
    this.#keep(draft);
  }
  /** Fill in a part of an answer's form. */
  fill(answer: number, change: (form: ResponseForm) => ResponseForm): void {
    const { draft } = this;
    if (!draft) return;
    draft.fill(answer, change);
    this.problem = '';
    this.#keep(draft);
  }
  /** Set the present item down as it is: the page is about to be left. */
  setDown(): void {
    if (this.draft?.canUndo) this.#keep(this.draft);
  }

  #keep(draft: Draft): void {
    const kept = draft.setDown(this.#key(draft.item));
    void this.#lab.attempt(text.notKept, () => this.#lab.labeling.keepDraft(kept));
  }

  #say(draft: Draft, hasChanged: boolean): void {
    if (hasChanged) this.#keep(draft);
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
    this.problem = this.#problemOf(draft, verdict);
    if (this.problem) return;
    this.isSaving = true;
    const { item } = draft;
    const key = this.#key(item);
    const saved = this.#verdict(draft, verdict);
    const isDone = await this.#lab.attempt(text.notSaved, async () => {
      const undo = await this.#write(saved, item);
      this.#done.push({ saved, item, undo });
    });
    if (isDone) {
      this.#drafts.delete(key);
      this.#wanted = null;
      this.said = text.said.saved(this.done, this.total);
      void this.#lab.attempt(text.notKept, () => this.#lab.labeling.keepDraft(null));
    }
    this.isSaving = false;
  }

  /** Why the form cannot be taken yet; empty where it can, or is not asked. */
  #problemOf(draft: Draft, verdict: Ranking['verdict']): string {
    if (!this.#lab.labeling.settings.form || verdict === 'skipped') return '';
    const place = placesOf(draft.order).findIndex((answer) => {
      const form = draft.forms[answer];
      return form && formProblem(form) !== null;
    });
    return place < 0 ? '' : text.formOpen(place + 1);
  }

  /** Write a verdict, and take the one that it replaces off the list. Gives back how to undo both. */
  async #write(saved: Ranking, { doubted, replaces }: Item): Promise<Undo> {
    const { labels, labeling } = this.#lab;
    const undos = [await labels.saveRanking(saved)];
    // The new one is on the disk before the old one goes.
    if (replaces && replaces.id !== saved.id)
      undos.push(await labels.removeRankings([replaces.id]));
    if (doubted !== null) {
      const { relabel } = labeling.settings;
      await labeling.set({ relabel: relabel.filter((id) => id !== doubted) });
    }
    return async () => {
      for (const undo of undos.toReversed()) await undo();
    };
  }

  #verdict(draft: Draft, verdict: Ranking['verdict']): Ranking {
    const { item, sample, order, shown, flagged, watch, canUndo, forms } = draft;
    const { labeling } = this.#lab;
    const labeler = labeling.current;
    // An order that nobody made says nothing: it is the one in which chance showed the answers.
    const isMade = verdict === 'ranked' || (verdict === 'all-bad' && canUndo);
    const isOwn = item.replaces?.labeler.id === labeler.id;
    return {
      id: item.replaces && isOwn ? item.replaces.id : newId(),
      sampleId: sample.id,
      prompt: sample.prompt,
      responses: sample.responses.map((response) => response.text),
      ranks: isMade ? ranksOf(order) : sample.responses.map(() => 1),
      verdict,
      flagged,
      shown: [...shown],
      labeler,
      seconds: Math.round(10 * watch.seconds) / 10,
      createdAt: Date.now(),
      ...(labeling.version === null ? {} : { guidelinesVersion: labeling.version }),
      ...(item.isRepeat ? { repeat: true } : {}),
      ...(labeling.settings.form && verdict !== 'skipped' ? { forms: [...forms] } : {}),
    };
  }

  /** Pairs that the present order gives. */
  get pairs(): number {
    return this.draft && !this.draft.item.isRepeat ? pairCount(this.draft.order) : 0;
  }

  // ── The way back ────────────────────────────────────────────────────────────────────────────────

  /** Take back the last move; where there is none, the last verdict, and show it again. */
  async undo(): Promise<void> {
    const { draft } = this;
    if (this.isSaving) return;
    this.problem = '';
    if (draft?.canUndo) {
      draft.undo();
      this.said = text.said.undone;
      this.#keep(draft);
      return;
    }
    const labelerId = this.#lab.labeling.current.id;
    const last = this.#lastOf(labelerId);
    if (!last) return;
    this.isSaving = true;
    const before = this.#wanted;
    const isDone = await this.#lab.attempt(text.notUndone, async () => {
      this.#drafts.set(keyOf(labelerId, last.item), new Draft(last.item, last.saved));
      this.#wanted = { labelerId, item: last.item };
      await last.undo();
    });
    if (isDone) {
      this.#done = this.#done.filter((each) => each !== last);
      this.said = text.said.takenBack(last.saved.prompt.text);
    } else this.#wanted = before;
    this.isSaving = false;
  }

  /** This labeler's last verdict: of this session, or of an earlier one, which the disk remembers. */
  #lastOf(labelerId: Id): Done | null {
    const known = this.#done.findLast(({ saved }) => saved.labeler.id === labelerId);
    const stored = (id: Id) => this.#lab.labels.rankings.some((each) => each.id === id);
    if (known && stored(known.saved.id)) return known;
    const saved = this.mine.at(-1);
    if (!saved) return null;
    return {
      saved,
      item: {
        sample: this.#sampleOf(saved),
        isRepeat: saved.repeat === true,
        doubted: null,
        replaces: null,
      },
      undo: async () => {
        await this.#lab.labels.undoRanking(labelerId);
      },
    };
  }
}
