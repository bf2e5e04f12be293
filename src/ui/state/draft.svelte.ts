/**
 * One sample under a labeler's hands: the order as it stands, the form where it is asked, the way back, and the
 * time. It can be set down and taken up again, so that a reload costs nothing.
 */
import * as v from 'valibot';
import { usualForm } from '../../data/instruct-form';
import { permutation, STREAM } from '../../data/random';
import type { Id, Ranking, ResponseForm, Sample } from '../../records';
import type { SettingValue } from '../../storage/schema';
import { orderOf, orderOfRanks, placesOf, type Order } from './ranking';

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

/** What a labeler is asked: a sample, for the first time, once more, or in place of an earlier verdict. */
export interface Item {
  sample: Sample;
  /** Shown again to measure self-agreement. */
  isRepeat: boolean;
  /** Where a verdict was doubted: the one of the list of those to make again. */
  doubted: Id | null;
  /** The verdict whose place the new one takes. Nobody's takes that of another person. */
  replaces: Ranking | null;
}

export const keyOf = (labelerId: Id, { sample, isRepeat, doubted }: Item): string =>
  [labelerId, sample.id, isRepeat ? 'again' : '', doubted ?? ''].join('|');

/** All that an undo takes back. */
interface Step {
  order: Order;
  forms: readonly ResponseForm[];
}

/** What a draft goes on from. */
type Before = Pick<Ranking, 'shown' | 'flagged' | 'seconds'> &
  Partial<Pick<Ranking, 'verdict' | 'ranks' | 'forms'>>;

/** One item as the labeler left it. */
export class Draft {
  readonly watch: Stopwatch;
  readonly shown: readonly number[];
  order: Order = $state.raw([]);
  /** One for each response, by its index. */
  forms: readonly ResponseForm[] = $state.raw([]);
  /** The answer that keys act on, by its index. */
  chosen = $state<number | null>(null);
  flagged = $state(false);
  #steps = $state.raw<readonly Step[]>([]);

  /** @param before the verdict that was taken back or is to be made again, to go on from. */
  constructor(
    readonly item: Item,
    before?: Before,
  ) {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    const { responses } = item.sample;
    this.shown = before?.shown ?? permutation(responses.length, seed, STREAM.labeler);
    this.order =
      before?.verdict === 'ranked' && before.ranks
        ? orderOfRanks(before.ranks, this.shown)
        : orderOf(this.shown);
    this.flagged = before?.flagged ?? false;
    this.watch = new Stopwatch(before?.seconds);
    this.forms = responses.map((_, k) => before?.forms?.[k] ?? usualForm());
  }

  get sample(): Sample {
    return this.item.sample;
  }
  get canUndo(): boolean {
    return this.#steps.length > 0;
  }
  /** Take back the last move. */
  undo(): void {
    const last = this.#steps.at(-1);
    if (!last) return;
    this.order = last.order;
    this.forms = last.forms;
    this.#steps = this.#steps.slice(0, -1);
  }
  change(order: Order): boolean {
    if (order === this.order) return false;
    this.#keepStep();
    this.order = order;
    return true;
  }
  /** Fill in a part of an answer's form. */
  fill(answer: number, change: (form: ResponseForm) => ResponseForm): void {
    const form = this.forms[answer];
    if (!form) return;
    this.#keepStep();
    this.forms = this.forms.with(answer, change(form));
  }
  #keepStep(): void {
    this.#steps = [...this.#steps, { order: this.order, forms: this.forms }];
  }

  // ── Set down and taken up ───────────────────────────────────────────────────────────────────────

  /** Everything that a person did, as a setting. */
  setDown(key: string): SettingValue {
    const plain = ({ order, forms }: Step) => ({
      order: order.map((group) => [...group]),
      forms: forms.map(({ overall, answers }) => ({ overall, answers: { ...answers } })),
    });
    return {
      key,
      shown: [...this.shown],
      flagged: this.flagged,
      seconds: this.watch.seconds,
      now: plain(this),
      steps: this.#steps.map(plain),
    };
  }

  /** A draft that was set down for this item; null where it was another, or what is stored does not fit it. */
  static takeUp(item: Item, key: string, stored: SettingValue): Draft | null {
    const read = v.safeParse(Stored, stored);
    if (!read.success || read.output.key !== key) return null;
    const { shown, flagged, seconds, now, steps } = read.output;
    const K = item.sample.responses.length;
    const isWhole = (answers: readonly number[]) =>
      answers.length === K && new Set(answers).size === K && answers.every((k) => k < K);
    const fits = ({ order, forms }: Step) => isWhole(placesOf(order)) && forms.length === K;
    if (!isWhole(shown) || ![now, ...steps].every(fits)) return null;
    const draft = new Draft(item, { shown, flagged, seconds });
    draft.order = now.order;
    draft.forms = now.forms;
    draft.#steps = steps;
    return draft;
  }
}

const Index = v.pipe(v.number(), v.integer(), v.minValue(0));
const StoredStep = v.object({
  order: v.array(v.array(Index)),
  forms: v.array(
    v.object({ overall: v.nullable(v.number()), answers: v.record(v.string(), v.boolean()) }),
  ),
});
const Stored = v.object({
  key: v.string(),
  shown: v.array(Index),
  flagged: v.boolean(),
  seconds: v.pipe(v.number(), v.minValue(0)),
  now: StoredStep,
  steps: v.array(StoredStep),
});
