/**
 * The blind arena: two checkpoints answer the same held-out prompts, a person says which answer is better,
 * and only then sees whose is whose.
 *
 * Invariant: names are revealed, and the next pair is shown, only when the vote is on the disk.
 */
import { gold } from '../../data/gold';
import { permutation, STREAM } from '../../data/random';
import type { Contest, Evaluation, Id, Prompt, SampledResponse } from '../../records';
import { arena as text } from '../strings/arena';
import { newId } from './ids';
import type { Lab } from './lab.svelte';
import { PERSON } from './ranking.svelte';
import { outcomeOf, winRateOf, type Outcome, type Vote } from './tally';

/** Prompts that are answered at a time, so that few waits lie between votes. */
const AT_ONCE = 8;

export interface Match {
  contest: Contest;
  /** Whether the checkpoint under test stands on the left. */
  isLeft: boolean;
}
interface Voted extends Match {
  outcome: Outcome;
}

export class Arena {
  #lab: Lab;
  #id: Id = newId();
  #queue: Match[] = [];
  #order: Prompt[] = [];
  checkpointId = $state<Id | null>(null);
  baselineId = $state<Id | null>(null);
  match = $state.raw<Match | null>(null);
  /** What was voted on the present pair; null before the vote. */
  revealed = $state<Outcome | null>(null);
  voted = $state.raw<readonly Voted[]>([]);
  isWaiting = $state(false);
  /** Whether every held-out prompt has been voted on. */
  isOver = $state(false);
  rate = $derived.by(() => winRateOf(this.voted.map(({ outcome }) => outcome)));

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Begin anew, with an evaluation of its own. */
  async begin(checkpointId: Id, baselineId: Id): Promise<void> {
    const heldOut = this.#lab.labels.prompts.filter(({ split }) => split === 'held-out');
    this.#id = newId();
    this.#queue = [];
    this.#order = permutation(heldOut.length, randomWord(), STREAM.evaluation).flatMap(
      (i) => heldOut[i] ?? [],
    );
    this.checkpointId = checkpointId;
    this.baselineId = baselineId;
    this.match = this.revealed = null;
    this.voted = [];
    this.isOver = false;
    await this.next();
  }

  /** Show the next pair; where none is ready, have some answered first. */
  async next(): Promise<void> {
    if (this.isWaiting) return;
    if (this.#queue.length === 0 && this.#order.length > 0) {
      this.isWaiting = true;
      await this.#lab.attempt(text.failed, () => this.#fill());
      this.isWaiting = false;
      if (this.#queue.length === 0) return;
    }
    this.match = this.#queue.shift() ?? null;
    this.revealed = null;
    this.isOver = this.match === null;
  }

  async #fill(): Promise<void> {
    const { checkpointId, baselineId } = this;
    if (checkpointId === null || baselineId === null) return;
    const prompts = this.#order.slice(0, AT_ONCE);
    const { temperature } = this.#lab.config.evaluation;
    const seed = randomWord() >>> 1;
    const { answers } = await this.#lab.ask((trainer) =>
      trainer.complete({
        checkpointIds: [checkpointId, baselineId],
        prompts: prompts.map((prompt) => prompt.text),
        lengths: { ...this.#lab.config.lengths },
        temperature,
        topK: 0,
        topP: 1,
        seed,
      }),
    );
    this.#order = this.#order.slice(AT_ONCE);
    this.#queue = prompts.map((prompt, i): Match => {
      const answerOf = (id: Id, answer: SampledResponse | undefined) => ({
        checkpointId: id,
        text: answer?.text ?? '',
        finished: answer?.finished ?? true,
        gold: gold(prompt, answer?.text ?? '')?.total ?? null,
      });
      return {
        isLeft: randomWord() % 2 === 0,
        contest: {
          id: `${this.#id}:${prompt.id}`,
          prompt: $state.snapshot(prompt) as Prompt,
          answers: [answerOf(checkpointId, answers[0]?.[i]), answerOf(baselineId, answers[1]?.[i])],
          seed,
          temperature,
        },
      };
    });
  }

  async vote(vote: Vote): Promise<void> {
    const { match } = this;
    if (!match || this.revealed !== null || this.isWaiting) return;
    const outcome = outcomeOf(vote, match.isLeft);
    if (await this.#keep([...this.voted, { ...match, outcome }])) this.revealed = outcome;
  }

  /** Take back the last vote, and show its pair again. */
  async undo(): Promise<void> {
    const last = this.voted.at(-1);
    if (!last || this.isWaiting) return;
    const shown = this.match;
    const wasRevealed = this.revealed !== null;
    if (!(await this.#keep(this.voted.slice(0, -1)))) return;
    if (shown && !wasRevealed) this.#queue.unshift(shown);
    this.match = last;
    this.revealed = null;
    this.isOver = false;
  }

  /** Write the votes; they are shown when they are on the disk. */
  async #keep(voted: readonly Voted[]): Promise<boolean> {
    const { labels } = this.#lab;
    this.isWaiting = true;
    const isDone = await this.#lab.attempt(text.notSaved, async () => {
      const evaluation = this.#evaluation(voted);
      if (evaluation) await labels.saveEvaluation(evaluation);
      else await labels.removeEvaluation(this.#id);
      this.voted = voted;
    });
    this.isWaiting = false;
    return isDone;
  }

  #evaluation(voted: readonly Voted[]): Evaluation | null {
    const winRate = winRateOf(voted.map(({ outcome }) => outcome));
    const { checkpointId, baselineId } = this;
    if (!winRate || checkpointId === null || baselineId === null) return null;
    const contests = voted.map(({ contest }) => contest);
    return {
      id: this.#id,
      checkpointId,
      baselineId,
      judge: PERSON,
      winRate,
      kl: null, // Not measured: the page has texts, not probabilities.
      gold: meanGold(contests),
      contests,
      createdAt: Date.now(),
    };
  }
}

/** Mean gold of either side, over the contests in which both are known. */
function meanGold(contests: readonly Contest[]): Evaluation['gold'] {
  const known = contests.filter(({ answers }) => answers.every((answer) => answer.gold !== null));
  if (known.length === 0) return null;
  const meanOf = (side: number) =>
    known.reduce((sum, { answers }) => sum + (answers[side]?.gold ?? 0), 0) / known.length;
  return { checkpoint: meanOf(0), baseline: meanOf(1) };
}

const randomWord = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
