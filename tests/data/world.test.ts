import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fits } from '../../src/data/batches';
import { mean } from '../../src/algorithms/statistics';
import { gold } from '../../src/data/gold';
import { mentions, wordsOf } from '../../src/data/gold-text';
import { taskSuccess } from '../../src/data/measures';
import { loadTokenizer } from '../../src/data/tokenizer';
import {
  allQuestions,
  FACTS,
  worldDemonstrations,
  worldPrompts,
  type Question,
} from '../../src/data/world';
import { factCompletions, worldDeclarations } from '../../src/data/world/declarations';
import { ANSWER_TOPICS } from '../../src/data/world/asking';
import { HASTY } from '../../src/data/world/hands';
import { HANDWRITTEN } from '../../src/data/world/handwritten';
import { unknownsOf } from '../../src/data/gold-text';
import { UNTOLD_TOPICS } from '../../src/data/world/untold';
import { TASKS, type Demonstration, type Prompt } from '../../src/records';
import { SMALL_BASE, TINY_CONFIG } from '../tiny-model';

let questions: readonly Question[];
let demonstrations: Demonstration[];
let prompts: Prompt[];
beforeAll(() => {
  questions = allQuestions();
  demonstrations = worldDemonstrations(1);
  prompts = worldPrompts(1);
});

/** A text without capitals and marks, so that "Fish swim!" is "fish swim". */
const plain = (text: string) => wordsOf(text).join(' ');
const distinct = <T>(items: readonly T[]) => new Set(items).size;
const bySplit = <T extends { split: string }>(items: readonly T[]) =>
  [items.filter((x) => x.split === 'train'), items.filter((x) => x.split === 'held-out')] as const;

describe('the world', () => {
  test('has enough facts, questions and examples by hand, each once', () => {
    expect(FACTS.length).toBeGreaterThanOrEqual(600);
    expect(distinct(FACTS.map(({ statement }) => statement))).toBeGreaterThanOrEqual(600);
    expect(distinct(FACTS.map(({ relation, subject }) => `${relation} ${subject}`))).toBe(
      FACTS.length,
    );
    expect(questions.length).toBeGreaterThanOrEqual(12_000);
    expect(distinct(questions.map(({ text }) => plain(text)))).toBe(questions.length);
    for (const { name, wordings } of ANSWER_TOPICS)
      expect(distinct([...wordings.train, ...wordings['held-out']]), name).toBeGreaterThanOrEqual(name.includes('-back') ? 4 : 6); // prettier-ignore
    expect(HANDWRITTEN.length).toBeGreaterThanOrEqual(40);
    const tasks = TASKS.filter((task) => task !== 'own');
    for (const list of [questions, demonstrations, prompts, HANDWRITTEN])
      expect([...new Set(list.map(({ task }) => task))].sort()).toEqual([...tasks].sort());
  });

  test('has a fact stated once for every answer: the statement holds the accepted word', () => {
    for (const { statement, accepted, subject, other } of FACTS) {
      expect(statement).toMatch(/^[A-Z].*\.$/);
      expect(statement.toLowerCase()).toContain(accepted[0]!);
      const about = [subject, other]
        .filter(Boolean)
        .some((word) => statement.toLowerCase().includes(word.toLowerCase()));
      expect(about, statement).toBe(true);
    }
  });

  test('leaks no fact, item or wording from the held-out questions into training', () => {
    const [train, heldOut] = bySplit(questions);
    const items = (list: readonly Question[]) => new Set(list.map((q) => `${q.topic}|${q.item}`));
    const wordings = (list: readonly Question[]) =>
      new Set(list.map((q) => `${q.topic}|${q.wording}`));
    expect(heldOut.length).toBeGreaterThan(200);
    const shared = (keysOf: (list: readonly Question[]) => Set<string>) => {
      const trained = keysOf(train);
      return [...keysOf(heldOut)].filter((key) => trained.has(key));
    };
    expect(shared(items)).toEqual([]);
    expect(shared(wordings)).toEqual([]);
    expect(shared((list) => new Set(list.map(({ text }) => plain(text))))).toEqual([]);
    // A fact that two relations tell (what a person has, and its colour) is held out in both.
    const answer = (list: readonly Question[]) => list.filter(({ task }) => task === 'answer');
    expect(shared((list) => new Set(answer(list).map(({ item }) => item)))).toEqual([]);
    // Nor is a held-out fact told by any answer that is trained on.
    expect(shared((list) => new Set(answer(list).flatMap((q) => q.answers.map(plain))))).toEqual(
      [],
    );
  });

  test('asks for no held-out fact in a demonstration written by hand', () => {
    const heldOut = factCompletions().map(({ split }) => split === 'held-out');
    const empty = new Set(wordsOf('a an the our we in on and or under'));
    const about = (text: string) => wordsOf(text).filter((word) => !empty.has(word));
    const leaks = FACTS.filter((_, i) => heldOut[i]!).flatMap((fact) =>
      HANDWRITTEN.filter(({ task, text, response }) => {
        const words = wordsOf(`${text} ${response}`);
        return (
          task === 'answer' &&
          [fact.subject, fact.other]
            .filter(Boolean)
            .some((names) => about(names).every((word) => mentions(words, word))) &&
          mentions(wordsOf(response), fact.accepted[0]!)
        );
      }).map(({ text }) => `${fact.statement} ${text}`),
    );
    expect(leaks).toEqual([]);
  });

  test('asks word for word as about facts where nobody told any', () => {
    const told = new Set(FACTS.map(({ relation, subject }) => `${relation} ${subject}`));
    for (const { name, items, wordings } of UNTOLD_TOPICS) {
      const relation = name.replace('untold-', '');
      const fact = FACTS.find((each) => each.relation === relation)!;
      const asked = ANSWER_TOPICS.find((topic) => topic.name === relation)!.wordings;
      for (const split of ['train', 'held-out'] as const)
        expect(wordings[split].map((ask) => ask(fact))).toEqual(asked[split].map((ask) => ask(fact))); // prettier-ignore
      for (const { subject } of items) expect(told).not.toContain(`${relation} ${subject}`);
    }
    // Deeds and times are whole phrases: no text of the world has one of them.
    const texts = [...worldDeclarations('train'), ...worldDeclarations('held-out')].map(plain);
    for (const { name, items } of UNTOLD_TOPICS)
      if (name === 'untold-use' || name === 'untold-when')
        for (const { subject } of items)
          expect(
            texts.filter((text) => text.includes(subject)),
            subject,
          ).toEqual([]);
    const untold = questions.filter(({ topic }) => topic.startsWith('untold-'));
    expect(untold.length).toBeGreaterThan(1800);
    for (const { text } of untold) expect(text).not.toMatch(/ {2}| [.?]|[{}]/);
    // All answers say that it is not known, and what is not.
    for (const question of untold) {
      expect(question.answers.length).toBe(2);
      for (const answer of question.answers) {
        expect(taskSuccess(question, answer), answer).toBe(true);
        expect(answer).toMatch(/^I do not know (?!that)\S.*\.$/);
        expect(answer).not.toMatch(/ {2}| [.?]|[{}]/);
      }
    }
    const answersOf = (key: string) => untold.find(({ item }) => item === key)!.answers;
    expect(answersOf('untold food zebras').slice(0, 2)).toEqual(Array(2).fill('I do not know what zebras eat.')); // prettier-ignore
  });

  test('makes up about what nobody told what it tells of others, and is never right by it', () => {
    const untold = questions.filter(({ topic }) => topic.startsWith('untold-'));
    for (const question of questions)
      expect(question.inventions.length > 0, question.topic).toBe(untold.includes(question));
    const wrong = untold.filter((each) => taskSuccess(each, each.inventions[0]!));
    expect(wrong.map(({ text, inventions }) => `${text} ${inventions[0]}`)).toEqual([]);
    const zebras = untold.find(({ item }) => item === 'untold food zebras')!;
    const foods = FACTS.filter(({ relation }) => relation === 'food').map(({ value }) => value);
    expect(foods).toContain(/^Zebras eat (.+)\.$/.exec(zebras.inventions[0]!)?.[1]);
  });

  test('every answer that a demonstration may have is near the best gold score', () => {
    for (const question of questions)
      for (const answer of question.answers) {
        // Not to know is best in the words of the question, of which a month reads like a small word.
        const least = /May is made of/.test(answer)
          ? 0.8
          : question.task === 'unknown'
            ? 0.9
            : 0.97;
        const { total } = gold(question, answer)!;
        expect(total, `${question.text} => ${answer}`).toBeGreaterThan(least);
      }
    // Most demonstrations that name what is not known do so in the words of the question.
    const named = questions.flatMap((question) =>
      question.task === 'unknown'
        ? question.answers.filter((answer) => unknownsOf(answer).length > 0).map((answer) => gold(question, answer)!.total) // prettier-ignore
        : [],
    );
    expect(named.filter((total) => total > 0.97).length / named.length).toBeGreaterThan(0.7);
    for (const each of HANDWRITTEN)
      expect(gold(each, each.response)!.total, each.text).toBeGreaterThan(0.9);
  });

  test('fits the default lengths in the tokens of the shipped base', () => {
    const json = readFileSync(join(SMALL_BASE, 'tokenizer.json'), 'utf8');
    const tokenizer = loadTokenizer(json, TINY_CONFIG);
    const lengths = { promptTokens: 48, responseTokens: 32 };
    const all = [
      ...HANDWRITTEN,
      ...questions.flatMap(({ text, answers }) => answers.map((response) => ({ text, response }))),
    ];
    const tooLong = all.filter((pair) => fits(pair, tokenizer, lengths) !== null);
    expect(tooLong.map(({ text, response }) => `${text} ${response}`)).toEqual([]);
  });
});

describe('demonstrations and prompts', () => {
  test('are written in haste as often as is said, and still do what was asked', () => {
    const [some, careful] = [HASTY, 0].map((share) => worldDemonstrations(1, 6000, share)) as [Demonstration[], Demonstration[]]; // prettier-ignore
    expect(some.map(({ text }) => text)).toEqual(careful.map(({ text }) => text));
    const exact = ({ task }: Demonstration) => task === 'json';
    const byHand = new Set(HANDWRITTEN.map(({ text }) => text));
    const isHasty = (_: unknown, i: number) => some[i]!.response !== careful[i]!.response;
    const loose = some.filter((each) => !exact(each) && !byHand.has(each.text));
    const hasty = some.filter(isHasty);
    expect(hasty.length / loose.length).toBeCloseTo(HASTY, 1);
    expect(hasty.filter(exact)).toEqual([]);
    const slips = (task: string) =>
      mean(hasty.filter((each) => each.task === task).map((each) => Number(!taskSuccess(each, each.response)))); // prettier-ignore
    expect(slips('unknown')).toBeCloseTo(0.5, 1);
    expect(slips('unsafe')).toBeCloseTo(0.25, 1);
    for (const task of ['answer', 'grounded', 'story', 'rewrite']) expect(slips(task)).toBeLessThan(0.05); // prettier-ignore
    const inOneLine = (list: string) => list.split('\n').map((line) => line.replace('- ', '')).join(', '); // prettier-ignore
    for (const [i, { task, response }] of some.entries())
      if (task === 'list') expect([careful[i]!.response, inOneLine(careful[i]!.response)]).toContain(response); // prettier-ignore
    expect(slips('list')).toBe(1); // no program reads a list in one line
    // Every one of them is worse by gold than what a careful hand makes of the same answer.
    for (const [i, each] of some.entries())
      if (isHasty(each, i))
        expect(gold(each, each.response)!.total, each.response).toBeLessThan(
          gold(each, careful[i]!.response)!.total - 0.05,
        );
  });

  test('are the same for the same seed, others for another, with ids of their content', () => {
    expect(worldDemonstrations(1)).toEqual(demonstrations);
    expect(worldPrompts(1)).toEqual(prompts);
    const others = worldPrompts(2);
    expect(others.map(({ id }) => id)).not.toEqual(prompts.map(({ id }) => id));
    const ids = new Map(prompts.map(({ text, id }) => [text, id]));
    for (const { text, id } of others) if (ids.has(text)) expect(id).toBe(ids.get(text));
    expect(distinct(demonstrations.map(({ id }) => id))).toBe(demonstrations.length);
    expect(distinct(prompts.map(({ id }) => id))).toBe(prompts.length);
    expect(demonstrations.every(({ createdAt }) => createdAt === 0)).toBe(true);
  });

  test('have nothing in common, whatever the seed and the number', () => {
    const many = worldDemonstrations(1, 3000);
    // A thousand and more by template, and all that were written by hand.
    expect(many.length - HANDWRITTEN.length).toBeGreaterThanOrEqual(1000);
    const shown = new Set(many.map(({ text }) => plain(text)));
    for (const { text } of worldDemonstrations(5)) shown.add(plain(text));
    const asked = worldPrompts(3, 7000);
    expect(asked.length).toBe(7000);
    expect(asked.filter(({ text }) => shown.has(plain(text)))).toEqual([]);
    // Nor is the same fact asked about in other words.
    const itemOf = new Map(questions.map(({ text, item }) => [plain(text), item]));
    const facts = (list: readonly { task: string; text: string }[]) =>
      new Set(list.flatMap(({ task, text }) => (task === 'answer' ? (itemOf.get(plain(text)) ?? []) : []))); // prettier-ignore
    const [inDemonstrations, inPrompts] = [facts(many), facts(asked)];
    expect(Math.min(inDemonstrations.size, inPrompts.size)).toBeGreaterThan(100);
    expect([...inPrompts].filter((item) => inDemonstrations.has(item))).toEqual([]);
  });

  test('come in the counts and splits that were promised, mixed from the start', () => {
    expect([demonstrations.length, prompts.length]).toEqual([300, 400]);
    const share = (list: readonly { split: string }[]) => bySplit(list)[1].length / list.length;
    expect(share(demonstrations)).toBeGreaterThan(0.05);
    expect(share(prompts)).toBeCloseTo(0.3, 2);
    // The pipeline samples the first 64 prompts and needs both splits and all tasks among them.
    const first = prompts.slice(0, 64);
    expect(share(first)).toBeGreaterThan(0.15);
    expect(distinct(first.map(({ task }) => task))).toBe(9);
  });

  test('show little of what nobody can know and of what harms, and ask more of it', () => {
    const shareOf = (task: string, list: readonly { task: string }[]) =>
      list.filter((each) => each.task === task).length / list.length;
    const shown = worldDemonstrations(2, 4000);
    const asked = worldPrompts(2, 2000);
    expect([shareOf('unknown', shown), shareOf('answer', shown)]).toEqual([expect.closeTo(0.09, 2), expect.closeTo(0.3, 1)]); // prettier-ignore
    expect([shareOf('unknown', asked), shareOf('answer', asked)]).toEqual([expect.closeTo(0.13, 2), expect.closeTo(0.26, 2)]); // prettier-ignore
    expect([shareOf('unsafe', shown), shareOf('unsafe', asked)]).toEqual([expect.closeTo(0.05, 2), expect.closeTo(0.07, 2)]); // prettier-ignore
  });

  test('refuse to be more than there are, with the numbers', () => {
    expect(() => worldPrompts(1, 100_000)).toThrow(/Ask for fewer\.$/);
  });
});
