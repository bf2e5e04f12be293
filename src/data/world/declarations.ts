/**
 * The facts of the built-in world told, never asked: what pretraining reads, and what PPO-ptx mixes in
 * (Ouyang et al. 2022, section 3.5). A model that has read a fact in one wording alone can not be taught to
 * answer about it (Allen-Zhu and Li 2023, "Physics of Language Models, part 3.1"), so every fact is told in
 * some thirty documents: plain, as what somebody says, with a wrong value denied, beside other facts, and in
 * little scenes. Facts whose questions are held out are told like all others; held out here are wordings.
 */
import type { Split } from '../../records';
import { cycle, integerBelow, STREAM } from '../random';
import { FACTS, heldOutKey, RELATIONS } from './facts';
import { fill, fillFact, type Fact, type Relation } from './relation';
import { DENIALS, HELD_OUT_FRAMES, PAIRS, SAYINGS, SCENES, TOGETHER } from './scenes';
import { listDocuments } from './enumerations';
import { heldOutKeys, lowered, words } from './topic';
import { VILLAGE } from './village';
import { PEOPLE } from './words';

export interface Document {
  text: string;
  split: Split;
}

/** Documents of each sort for one fact; its own sentences and scenes are told once each. */
const SAYINGS_A_FACT = 10;
const SCENES_A_FACT = 6;
const DENIALS_A_FACT = 2;
const PAIRS_A_FACT = 2;
const TOGETHER_A_FACT = 2;

// ── Words ─────────────────────────────────────────────────────────────────────────────────────────

const GIRLS = new Set(
  words('Ella Rosa Leila Nia Asha Lin Eva Dina Vera Salma Ines Lena Sara Ama Noor'),
);
const villagers = new Set(VILLAGE.map(({ name }) => name));
/** Who is in the scenes: nobody of whom the world has facts. */
const CHILDREN = PEOPLE.filter((name) => !villagers.has(name));

/** Words that keep their capital within a sentence. */
const PROPER = new Set([
  'I',
  ...PEOPLE,
  ...FACTS.flatMap(({ subject, other, value }) =>
    [subject, other, value].flatMap((text) => text.split(' ').filter((w) => /^[A-Z]/.test(w))),
  ),
]);

/** A sentence as a clause: "Fish live in the water." within "Mia said that fish live in the water". */
function clauseOf(sentence: string): string {
  const bare = sentence.replace(/\.$/, '');
  const first = /^[\p{L}]+/u.exec(bare)?.[0] ?? '';
  return PROPER.has(first) ? bare : lowered(bare);
}
/** One plain sentence, without anything said in it. */
const isPlain = (template: string) => !/[":]|\. /.test(template);

/** Draws that depend on nothing but their number. */
function drawer() {
  let drawn = 0;
  const below = (bound: number) => integerBelow(bound, 0, STREAM.pretrainingWorld, drawn++);
  const one = <T>(items: readonly T[]): T => items[below(items.length)]!;
  /** So many of the items, one after the other from a random place. */
  const some = <T>(items: readonly T[], count: number): T[] => {
    const start = below(items.length);
    return Array.from(
      { length: Math.min(count, items.length) },
      (_, i) => items[(start + i) % items.length]!,
    );
  };
  return { below, one, some };
}
type Drawer = ReturnType<typeof drawer>;

/** Two children who are not the same, with the pronouns of the first. */
function children({ below }: Drawer): Record<string, string> {
  const first = below(CHILDREN.length);
  const p = CHILDREN[first]!;
  const q = CHILDREN[(first + 1 + below(CHILDREN.length - 1)) % CHILDREN.length]!;
  const [he, him, his] = GIRLS.has(p) ? ['she', 'her', 'her'] : ['he', 'him', 'his'];
  return { p, q, he, him, his };
}

/** The words of a frame for one sentence: itself, as a clause, and as something said. */
const asWords = (sentence: string) => ({
  sentence,
  clause: clauseOf(sentence),
  spoken: sentence.replace(/\.$/, ''),
});

// ── Documents ─────────────────────────────────────────────────────────────────────────────────────

const keptOut = (isHeldOut: boolean): Split => (isHeldOut ? 'held-out' : 'train');

/** Its own sentences and scenes. */
function plain({ says, scenes }: Relation, fact: Fact, draw: Drawer, rival: string): Document[] {
  return [says, scenes].flatMap((templates) =>
    templates.map((template, i) => ({
      text: fillFact(template, fact, { ...children(draw), rival }),
      split: keptOut(i === templates.length - 1),
    })),
  );
}

/** What people say about it, and scenes of any kind: the last frames are held out. */
function framed(relation: Relation, fact: Fact, draw: Drawer): Document[] {
  const sentences = relation.says.slice(0, -1).filter(isPlain);
  return [
    { frames: SAYINGS, count: SAYINGS_A_FACT },
    { frames: SCENES, count: SCENES_A_FACT },
  ].flatMap(({ frames, count }) =>
    draw.some(frames, count).map((frame) => ({
      text: fill(frame, {
        ...children(draw),
        ...asWords(fillFact(draw.one(sentences), fact)),
      }),
      split: keptOut(frames.indexOf(frame) >= frames.length - HELD_OUT_FRAMES),
    })),
  );
}

function denied(relation: Relation, fact: Fact, draw: Drawer, rival: string): Document[] {
  const sentences = relation.says.slice(0, -1).filter(isPlain);
  if (relation.denies.length === 0) return [];
  return draw.some(DENIALS, DENIALS_A_FACT).map((frame): Document => {
    const denial = fillFact(draw.one(relation.denies), fact, { rival });
    return {
      text: fill(frame, {
        ...children(draw),
        ...asWords(fillFact(draw.one(sentences), fact)),
        denial,
        denied: clauseOf(denial),
      }),
      split: 'train',
    };
  });
}

/** A value that is wrong for the fact, to be denied. */
function rivalOf({ rivals, facts }: Relation, fact: Fact, draw: Drawer): string {
  const wrong = (rivals.length ? rivals : facts.map(({ value }) => value)).filter(
    (value) => !fact.accepted.includes(value.split(' ').at(-1)!.toLowerCase()),
  );
  return draw.one(wrong);
}

/** Several facts in one document: of one relation, or about one subject. */
function together(
  frames: readonly string[],
  count: number,
  fact: Fact,
  others: readonly Fact[],
  draw: Drawer,
): Document[] {
  if (others.length < 2) return [];
  return draw.some(frames, count).map((frame): Document => {
    const [second, third] = draw.some(others, 2).map((other) => other.statement);
    const about = {
      ...asWords(fact.statement),
      second: second!,
      clause2: clauseOf(second!),
      third: third!,
    };
    return { text: fill(frame, { ...children(draw), ...about }), split: 'train' };
  });
}

/** What a fact is about in one word: facts about cows and "a cow" belong together. */
const aboutOf = ({ subject, other, relation }: Fact): string =>
  (/^(food|home|sound|young|legs|covering|can)$/.test(relation) ? other : subject).replace(
    /^an? /,
    '',
  );

let documentsOnce: Document[] | undefined;
/** All documents of the world, each text once, in the order of the facts. */
function allDocuments(): readonly Document[] {
  if (documentsOnce) return documentsOnce;
  const draw = drawer();
  const bySubject = new Map<string, Fact[]>();
  for (const fact of FACTS)
    bySubject.set(aboutOf(fact), [...(bySubject.get(aboutOf(fact)) ?? []), fact]);
  const documents = RELATIONS.flatMap((relation) =>
    relation.facts.flatMap((fact) => {
      const rival = rivalOf(relation, fact, draw);
      const alike = relation.facts.filter(({ value }) => value !== fact.value);
      const same = bySubject.get(aboutOf(fact))!.filter((o) => o.statement !== fact.statement);
      return [
        ...plain(relation, fact, draw, rival),
        ...framed(relation, fact, draw),
        ...denied(relation, fact, draw, rival),
        ...together(PAIRS, PAIRS_A_FACT, fact, alike, draw),
        ...together(TOGETHER, TOGETHER_A_FACT, fact, same, draw),
      ];
    }),
  );
  const seen = new Set<string>();
  documentsOnce = [...documents, ...listDocuments()].flatMap(({ text, split }) => {
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ text, split }];
  });
  return documentsOnce;
}

/** Documents of one to five sentences that tell the facts of the world, without a question. */
export const worldDeclarations = (split: Split): string[] =>
  allDocuments().flatMap((document) => (document.split === split ? [document.text] : []));

/**
 * For every fact the beginning of a sentence, in a wording of training, whose next word is the value:
 * "Fish live in the" with "water". How many of these a base model goes on with is how many facts it knows.
 */
export function factCompletions(): {
  prefix: string;
  accepted: string[];
  /** Of the questions about the fact; it is told in pretraining in both cases. */
  split: Split;
  relation: string;
}[] {
  return RELATIONS.flatMap(({ name, facts, completes }) => {
    const heldOut = heldOutKeys(facts.map(heldOutKey));
    return facts.map((fact) => ({
      prefix: fillFact(completes, fact).replace(/ [^ ]+\.$/, ''),
      accepted: fact.accepted,
      split: keptOut(heldOut.has(heldOutKey(fact))),
      relation: name,
    }));
  });
}

/** Plain texts that a run may mix in: few enough to hold, and more than a run of minutes reads. */
const MIXED_IN = 20_000;
/** Texts for PPO-ptx: documents of training in an order of the seed, from the front again where all are used. */
export const mixingText = (seed: number, count = MIXED_IN): string[] =>
  cycle(worldDeclarations('train'), 0, count, seed, STREAM.pretrainingWorld);
