/**
 * The blind arena: checkpoints answer the same held-out prompts two by two, a person says which answer is better, and
 * only then sees whose is whose.
 *
 * Invariant: names are revealed, and the next pair is shown, only when the vote is on the disk. Votes are kept as an
 * evaluation for each two models and each person: whoever is labelling when a vote is given has given it.
 */
import { gold } from '../../data/gold';
import { permutation, STREAM } from '../../data/random';
import type { Contest, Evaluation, Id, LabelerInfo, Prompt, SampledResponse } from '../../records';
import { arena as text } from '../strings/arena';
import { newId } from './ids';
import type { Lab } from './lab.svelte';
import { pairsOf, type Pair } from './pairs';
import { outcomeOf, winRateOf, type Outcome, type Vote } from './tally';

/** Prompts that are answered at a time, so that few waits lie between votes. */
const AT_ONCE = 8;

export interface Match {
  pair: Pair;
  contest: Contest;
  /** Whether the first answer stands on the left. */
  isLeft: boolean;
}
interface Voted extends Match {
  outcome: Outcome;
}

export class Arena {
  #lab: Lab;
  #id: Id = newId();
  /** Whoever gave the last vote, or began. */
  #judge: LabelerInfo;
  #queue: Match[] = [];
  #order: Prompt[] = [];
  /** Pairs in the order in which they come up, over and over. */
  #pairs: Pair[] = [];
  #drawn = 0;
  ids = $state.raw<readonly Id[]>([]);
  match = $state.raw<Match | null>(null);
  /** What was voted on the present pair; null before the vote. */
  revealed = $state<Outcome | null>(null);
  voted = $state.raw<readonly Voted[]>([]);
  isWaiting = $state(false);
  /** Whether every held-out prompt has been voted on. */
  isOver = $state(false);
  /** How often the first of the present pair was preferred to the second in this session. */
  rate = $derived.by(() =>
    winRateOf(this.#votesOn(this.match?.pair).map(({ outcome }) => outcome)),
  );

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#judge = lab.labeling.current;
  }

  /** Begin anew, with evaluations of its own. @param ids two or more checkpoints, oldest first */
  async begin(ids: readonly Id[]): Promise<void> {
    const heldOut = this.#lab.labels.prompts.filter(({ split }) => split === 'held-out');
    this.#id = newId();
    this.#judge = { ...this.#lab.labeling.current };
    this.#queue = [];
    this.#order = shuffled(heldOut);
    this.#pairs = shuffled(pairsOf(ids));
    this.#drawn = 0;
    this.ids = ids;
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

  /** Each prompt is for one pair, as whoever saw it thrice would know its answers; all pairs have their turn. */
  async #fill(): Promise<void> {
    const prompts = this.#order.slice(0, AT_ONCE);
    const seed = randomWord() >>> 1;
    const turns = prompts.map((prompt, i) => ({ prompt, at: (this.#drawn + i) % this.#pairs.length })); // prettier-ignore
    const matches = new Map<Id, Match>();
    for (const [at, pair] of this.#pairs.entries()) {
      const own = turns.flatMap((turn) => (turn.at === at ? turn.prompt : []));
      for (const match of own.length > 0 ? await this.#matches(pair, own, seed) : [])
        matches.set(match.contest.prompt.id, match);
    }
    this.#order = this.#order.slice(AT_ONCE);
    this.#drawn += prompts.length;
    this.#queue = prompts.flatMap(({ id }) => matches.get(id) ?? []);
  }

  async #matches(pair: Pair, prompts: readonly Prompt[], seed: number): Promise<Match[]> {
    const { temperature } = this.#lab.config.evaluation;
    const { answers } = await this.#lab.ask((trainer) =>
      trainer.complete({
        checkpointIds: [pair.first, pair.second],
        prompts: prompts.map((prompt) => prompt.text),
        lengths: { ...this.#lab.config.lengths },
        temperature,
        topK: 0,
        topP: 1,
        seed,
      }),
    );
    return prompts.map((prompt, i): Match => {
      const answerOf = (id: Id, answer: SampledResponse | undefined) => ({
        checkpointId: id,
        text: answer?.text ?? '',
        finished: answer?.finished ?? true,
        gold: gold(prompt, answer?.text ?? '')?.total ?? null,
      });
      return {
        pair,
        isLeft: randomWord() % 2 === 0,
        contest: {
          id: `${this.#id}:${prompt.id}`,
          prompt: $state.snapshot(prompt) as Prompt,
          answers: [answerOf(pair.first, answers[0]?.[i]), answerOf(pair.second, answers[1]?.[i])],
          seed,
          temperature,
        },
      };
    });
  }

  async vote(vote: Vote): Promise<void> {
    const { match } = this;
    if (!match || this.revealed !== null || this.isWaiting) return;
    this.#seat();
    const outcome = outcomeOf(vote, match.isLeft);
    if (await this.#keep([...this.voted, { ...match, outcome }], match.pair))
      this.revealed = outcome;
  }

  /** Another person has sat down: from here on their own evaluations are written. */
  #seat(): void {
    const { current } = this.#lab.labeling;
    if (current.id === this.#judge.id) return;
    this.#judge = { ...current };
    this.#id = newId();
    this.voted = [];
  }

  /** Take back the last vote, and show its pair again. */
  async undo(): Promise<void> {
    const last = this.voted.at(-1);
    if (!last || this.isWaiting) return;
    const shown = this.match;
    const wasRevealed = this.revealed !== null;
    if (!(await this.#keep(this.voted.slice(0, -1), last.pair))) return;
    if (shown && !wasRevealed) this.#queue.unshift(shown);
    this.match = last;
    this.revealed = null;
    this.isOver = false;
  }

  #votesOn(pair: Pair | undefined, voted = this.voted): readonly Voted[] {
    return voted.filter((each) => each.pair === pair);
  }

  /** Write the votes on one pair; they are shown when they are on the disk. */
  async #keep(voted: readonly Voted[], pair: Pair): Promise<boolean> {
    const { labels } = this.#lab;
    this.isWaiting = true;
    const isDone = await this.#lab.attempt(text.notSaved, async () => {
      const evaluation = this.#evaluation(this.#votesOn(pair, voted), pair);
      if (evaluation) await labels.saveEvaluation(evaluation);
      else await labels.removeEvaluation(this.#idOf(pair));
      this.voted = voted;
    });
    this.isWaiting = false;
    return isDone;
  }

  #idOf = ({ first, second }: Pair): Id => `${this.#id}:${first}:${second}`;

  #evaluation(voted: readonly Voted[], pair: Pair): Evaluation | null {
    const winRate = winRateOf(voted.map(({ outcome }) => outcome));
    if (!winRate) return null;
    const contests = voted.map(({ contest, outcome }) => ({ ...contest, outcome }));
    return {
      id: this.#idOf(pair),
      checkpointId: pair.first,
      baselineId: pair.second,
      judge: this.#judge,
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
const shuffled = <T>(items: readonly T[]): T[] =>
  permutation(items.length, randomWord(), STREAM.evaluation).flatMap((i) => items[i] ?? []);
