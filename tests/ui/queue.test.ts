/** What a labeler sees next: nothing twice unless it is due, nothing never, and the same after a reload. */
import { expect, test } from 'vitest';
import type { Ranking, Sample } from '../../src/records';
import { doubtOf, queueOf, repeatDue, type QueueFacts } from '../../src/ui/state/queue';
import { ranking, sample } from '../storage/examples';

const ids = (some: readonly (Sample | Ranking | null)[]) => some.map((each) => each?.id);
const samples = Array.from({ length: 12 }, (_, i) => sample(`s${i}`));
const byMe = (i: number, changes: Partial<Ranking> = {}): Ranking => ({
  ...ranking(`r${i}`, `s${i}`, 'me'),
  ...changes,
});
const facts = (changes: Partial<QueueFacts> = {}): QueueFacts => ({
  samples,
  rankings: [],
  labelerId: 'me',
  labeling: { order: 'drawn', everybody: false, repeatEvery: 0 },
  doubts: new Map(),
  seed: 1,
  ...changes,
});

test('samples come as drawn, without those that anybody has judged', () => {
  const rankings = [byMe(1), ranking('x', 's3', 'you')];
  expect(ids(queueOf(facts({ rankings })))).toEqual(ids(samples.filter((_, i) => i !== 1 && i !== 3))); // prettier-ignore
});

test('where everybody ranks everything, what others judged is still to do', () => {
  const labeling = { order: 'drawn', everybody: true, repeatEvery: 0 } as const;
  const rankings = [byMe(1), ranking('x', 's3', 'you')];
  expect(ids(queueOf(facts({ rankings, labeling })))).toEqual(ids(samples.filter((_, i) => i !== 1))); // prettier-ignore
});

test('a random order is one order, whatever has been judged, and another for another labeler', () => {
  const labeling = { order: 'random', everybody: true, repeatEvery: 0 } as const;
  const whole = ids(queueOf(facts({ labeling })));
  expect(whole.toSorted()).toEqual(ids(samples).toSorted());
  expect(whole).not.toEqual(ids(samples));
  const rest = ids(queueOf(facts({ labeling, rankings: [byMe(4), byMe(7)] })));
  expect(rest).toEqual(whole.filter((id) => id !== 's4' && id !== 's7'));
  expect(ids(queueOf(facts({ labeling, labelerId: 'you' })))).not.toEqual(whole);
});

test('the least sure come first, those that were not asked about last', () => {
  const labeling = { order: 'doubt', everybody: false, repeatEvery: 0 } as const;
  const doubts = new Map([['s9', 0.2], ['s5', 0.9], ['s2', 0]]); // prettier-ignore
  expect(ids(queueOf(facts({ labeling, doubts }))).slice(0, 4)).toEqual(['s5', 's9', 's2', 's0']);
});

test('one verdict is asked again after every so many, none of the last three, each once', () => {
  const labeling = { order: 'drawn', everybody: false, repeatEvery: 5 } as const;
  const due = (rankings: Ranking[]) => repeatDue(facts({ labeling, rankings }));
  const five = [0, 1, 2, 3, 4].map((i) => byMe(i));
  expect(due(five.slice(0, 4))).toBeNull();
  const first = due(five);
  expect(['s0', 's1']).toContain(first?.sampleId);
  const again = { ...first!, id: 'again', repeat: true };
  expect(due([...five, again])).toBeNull();
  const ten = [...five, again, ...[5, 6, 7, 8, 9].map((i) => byMe(i))];
  const second = due(ten);
  expect(second?.sampleId).not.toBe(first?.sampleId);
  expect(['s7', 's8', 's9']).not.toContain(second?.sampleId);
  expect(due(five.map((each) => ({ ...each, verdict: 'skipped' })))).toBeNull();
});

test('doubt is one bit where scores are equal, little where they are far apart, and none between copies', () => {
  expect(doubtOf(['a', 'b'], [2, 2])).toBe(1);
  expect(doubtOf(['a', 'b'], [9, -9])).toBeLessThan(1e-5);
  // σ(ln 3) = 3/4: 0.811 bits (the entropy of a quarter).
  expect(doubtOf(['a', 'b'], [Math.log(3), 0])).toBeCloseTo(0.8113, 4);
  expect(doubtOf(['a', 'a', 'b'], [0, 0, 0])).toBe(1);
  expect(doubtOf(['a', 'a'], [0, 1])).toBe(0);
  expect(doubtOf(['a', 'b'], [Infinity, -Infinity])).toBe(0);
});
