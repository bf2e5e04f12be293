/**
 * The built-in world: a small one that a small model can know. Demonstrations and prompts are made from its
 * facts, its wordings and a seed; the same seed gives the same ones, and the same text the same id.
 */
import type { Demonstration, Prompt, Split, Task } from '../../records';
import { demonstrationId, promptId } from '../ids';
import { choose, shuffled, STREAM } from '../random';
import { ANSWER_TOPICS } from './asking';
import { HASTY, inSomeHand } from './hands';
import { HANDWRITTEN } from './handwritten';
import { INVENTORY_TOPIC } from './inventories';
import { BORDERLINE_TOPIC, UNSAFE_TOPIC } from './requests';
import { GROUNDED_TOPIC, UNKNOWN_TOPIC } from './reading';
import { POLITE_TOPIC, SHORTER_TOPIC } from './rewriting';
import { JSON_TOPIC, LIST_TOPIC, STORY_TOPIC } from './writing';
import { questionsOf, type Question } from './topic';
import { UNTOLD_TOPICS } from './untold';

export type { Question } from './topic';
export { FACTS } from './facts';

/** Share of each task in demonstrations. */
const SHOWN: Partial<Record<Task, number>> = {
  story: 0.1,
  answer: 0.3,
  unknown: 0.09,
  list: 0.1,
  json: 0.1,
  rewrite: 0.11,
  grounded: 0.1,
  unsafe: 0.05,
  borderline: 0.05,
};
/**
 * And in prompts: people ask more that nobody can know than they would show answers to, and try more whether a model helps
 * with what harms.
 */
const ASKED: Partial<Record<Task, number>> = {
  ...SHOWN,
  story: 0.09,
  answer: 0.26,
  unknown: 0.13,
  grounded: 0.09,
  unsafe: 0.07,
};
const HELD_OUT_DEMONSTRATIONS = 0.12;
const HELD_OUT_PROMPTS = 0.3;
/**
 * Items whose hash is below this share are shown in demonstrations, the others asked about in prompts. Of what is held
 * out most is asked: what a model is measured by should not hang on a few facts.
 */
const DEMONSTRATION_POOL: Record<Split, number> = { train: 0.85, 'held-out': 0.25 };

let questionsOnce: Question[] | undefined;
/** Every question of the world, with each text once, whatever its capitals and marks. */
export const allQuestions = (): readonly Question[] => (questionsOnce ??= makeQuestions());

function makeQuestions(): Question[] {
  const questions = [
    ...ANSWER_TOPICS.flatMap(questionsOf),
    ...questionsOf(STORY_TOPIC),
    ...questionsOf(UNKNOWN_TOPIC),
    ...UNTOLD_TOPICS.flatMap(questionsOf),
    ...questionsOf(LIST_TOPIC),
    ...questionsOf(INVENTORY_TOPIC),
    ...questionsOf(JSON_TOPIC),
    ...questionsOf(POLITE_TOPIC),
    ...questionsOf(SHORTER_TOPIC),
    ...questionsOf(GROUNDED_TOPIC),
    ...questionsOf(UNSAFE_TOPIC),
    ...questionsOf(BORDERLINE_TOPIC),
  ];
  const seen = new Set(HANDWRITTEN.map(({ text }) => plain(text)));
  return questions.filter(({ text }) => {
    const words = plain(text);
    if (seen.has(words)) return false;
    seen.add(words);
    return true;
  });
}

/**
 * Prompts with a response each: those that were written by hand, up to a half, and as many by template, in
 * hands that are hasty or careful, as make `count`. About an eighth of all is held out, or all that there are.
 * @param hasty share of hasty hands (see hands.ts); at 0 nobody is in haste
 */
export function worldDemonstrations(seed: number, count = 300, hasty = HASTY): Demonstration[] {
  const byHand = HANDWRITTEN.slice(0, Math.floor(count / 2)).map((each) =>
    demonstration(each, 'train'),
  );
  const left = count - byHand.length;
  const rest = draw(true, left, (HELD_OUT_DEMONSTRATIONS * count) / left, seed, 0);
  const byTemplate = rest.map((question, i) => {
    const good = choose(question.answers, seed, STREAM.world, ANSWERS + i);
    const response = inSomeHand(question, good, hasty, seed, HANDS + 3 * i);
    return demonstration({ ...question, response }, question.split);
  });
  return shuffled([...byHand, ...byTemplate], seed, STREAM.world, DEMONSTRATION_ORDER);
}

/**
 * Prompts without a response, none of which is a demonstration of any seed. Three in ten are held out, or
 * all that there are.
 */
export function worldPrompts(seed: number, count = 400): Prompt[] {
  return draw(false, count, HELD_OUT_PROMPTS, seed, 1).map((question) =>
    prompt(question, question.split),
  );
}

// ── Drawing ───────────────────────────────────────────────────────────────────────────────────────

/** Counters and passes of the world's random stream, far enough apart not to meet. */
const ANSWERS = 1 << 28;
const HANDS = 1 << 29;
const DEMONSTRATION_ORDER = 1 << 20;

/**
 * Whether a question is for demonstrations: all about an item are, or none. So what is sampled, ranked and optimised
 * on is about other facts, acts and sentences than what was shown, and there is something left to learn.
 */
const isShown = ({ item, split }: Question): boolean =>
  hash(plain(item)) / 2 ** 32 < DEMONSTRATION_POOL[split];

let pools: Record<'demonstrations' | 'prompts', Question[]> | undefined;
function poolsOnce() {
  if (pools) return pools;
  pools = { demonstrations: [], prompts: [] };
  for (const question of allQuestions())
    pools[isShown(question) ? 'demonstrations' : 'prompts'].push(question);
  return pools;
}

/** A text without capitals and marks. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** 32 bits of a text: FNV-1a (Fowler, Noll and Vo), mixed by the last steps of MurmurHash3 (Appleby). */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Questions in the proportions of `SHOWN` or `ASKED`, mixed. Every item has one of its wordings drawn before any item
 * has a second one, so that few questions still touch many facts.
 */
function draw(
  fromDemonstrations: boolean,
  count: number,
  heldOutShare: number,
  seed: number,
  kind: number,
): Question[] {
  const pool = poolsOnce()[fromDemonstrations ? 'demonstrations' : 'prompts'];
  const mix = fromDemonstrations ? SHOWN : ASKED;
  const available = pool.filter(({ split }) => split === 'held-out').length;
  const heldOut = Math.min(Math.round(count * heldOutShare), available);
  const drawn = [
    ...drawSplit(pool, mix, 'train', count - heldOut, seed, 4 * kind),
    ...drawSplit(pool, mix, 'held-out', heldOut, seed, 4 * kind + 1),
  ];
  return shuffled(drawn, seed, STREAM.world, 4 * kind + 2);
}

function drawSplit(
  pool: readonly Question[],
  mix: Partial<Record<Task, number>>,
  split: Split,
  count: number,
  seed: number,
  pass: number,
): Question[] {
  const mine = shuffled(
    pool.filter((question) => question.split === split),
    seed,
    STREAM.world,
    pass,
  );
  // A task that has too few leaves its place to those that have more.
  const queues = Object.entries(mix).map(([task, share]) => ({
    share,
    queue: itemsInTurn(mine.filter((question) => question.task === task)),
    taken: 0,
  }));
  const drawn: Question[] = [];
  while (drawn.length < count) {
    const open = queues.filter(({ queue, taken }) => taken < queue.length);
    if (open.length === 0)
      throw new Error(
        `The world has ${drawn.length} ${split} questions of this kind and ${count} were asked for. Ask for fewer.`,
      );
    const next = open.reduce((x, y) => ((y.taken + 1) / y.share < (x.taken + 1) / x.share ? y : x));
    drawn.push(next.queue[next.taken++]!);
  }
  return drawn;
}

/** First one question of each item, then a second of each, and so on. */
function itemsInTurn(questions: readonly Question[]): Question[] {
  const seen = new Map<string, number>();
  const rounds: Question[][] = [];
  for (const question of questions) {
    const key = `${question.topic} ${question.item}`;
    const round = seen.get(key) ?? 0;
    seen.set(key, round + 1);
    (rounds[round] ??= []).push(question);
  }
  return rounds.flat();
}

// ── Records ───────────────────────────────────────────────────────────────────────────────────────

type Asked = Pick<Question, 'task' | 'text' | 'check'>;

const prompt = ({ task, text, check }: Asked, split: Split): Prompt => ({
  id: promptId(text),
  text,
  task,
  split,
  source: 'built-in',
  check,
});

const demonstration = (asked: Asked & { response: string }, split: Split): Demonstration => ({
  ...prompt(asked, split),
  id: demonstrationId(asked),
  response: asked.response,
  createdAt: 0,
});
