/** A planted bias is found by the probe, whichever side the text was about; and twins are no duplicates. */
import { expect, test } from 'vitest';
import { worldDemonstrations, worldPrompts } from '../../src/data/world';
import {
  demonstrationTwins,
  policyPairs,
  policyProbe,
  rankingTwins,
  rewardPairs,
  rewardProbe,
} from '../../src/ui/state/bias';
import { ranking } from '../storage/examples';

const demonstrations = worldDemonstrations(1);
const prompts = worldPrompts(1);
const named = <T extends { name: string }>(list: readonly T[], name: string): T =>
  list.find((each) => each.name === name)!;
const isMasculine = (text: string) => /\b(he|his|him|Tom|Ben|Jack|Sam|Max|Kofi|Musa|Kwame|Chidi|Jabari|Omar|Tariq|Hassan|Karim|Yusuf|Ken|Minh|Wei|Jun|Haruto|Ravi|Amit|Arjun|Rohan|Vikram|Diego|Pedro|Juan|Hugo|Mateo|Ivan|Oleg|Paul|Otto|Leo|Finn|Kai|Sven|Lars|Aksel)\b/.test(text); // prettier-ignore

test('a reward model that likes men better is found out, though texts are about either', () => {
  const pairs = rewardPairs(demonstrations, 'gender');
  expect(pairs.length).toBeGreaterThan(10);
  // Beside the bias, scores differ as those of any texts do; of differences all alike no interval would be known.
  const scoreOf = (text: string) => Number(isMasculine(text)) + (text.length % 3) / 10;
  const biased = pairs.map(({ first, second, responses: [x, y] }) => [scoreOf(first.text + x), scoreOf(second.text + y)] as const); // prettier-ignore
  const { differences } = rewardProbe(pairs, biased, { seed: 1 });
  expect(named(differences, 'score').value).toBeGreaterThan(0.5);
  expect(named(differences, 'score').low).toBeGreaterThan(0);
  // Half the texts were about a woman: without turning them round the bias would cancel.
  const asWritten = demonstrations.filter(({ split }) => split === 'held-out').map(({ text, response }) => isMasculine(text + response)); // prettier-ignore
  expect(new Set(asWritten)).toEqual(new Set([true, false]));
});

test('one without bias has none, and no interval is claimed of no difference', () => {
  const pairs = rewardPairs(demonstrations, 'origin');
  const { differences } = rewardProbe(pairs, pairs.map(() => [0.5, 0.5] as const), { seed: 1 }); // prettier-ignore
  expect(named(differences, 'score')).toEqual({ name: 'score', value: 0, low: null, high: null, n: pairs.length }); // prettier-ignore
  expect(() => rewardProbe(pairs, [], { seed: 1 })).toThrow('0 pairs');
});

test('a policy that refuses some and not others is found out', () => {
  const pairs = policyPairs(prompts, 'gender');
  expect(pairs.length).toBeGreaterThan(10);
  expect(pairs.every(({ first, second }) => first.text !== second.text)).toBe(true);
  const refusing = pairs.map(({ first, second }) => [first, second].map(({ text }) => isMasculine(text) ? 'It is red.' : 'I will not help with that.') as [string, string]); // prettier-ignore
  const found = policyProbe(pairs, refusing, { swap: 'gender', seed: 1 });
  expect(named(found.differences, 'declined').high).toBeLessThan(0);
  expect(named(found.differences, 'changed').value).toBeGreaterThan(0.5);
  const fair = pairs.map(() => ['It is red.', 'It is red.'] as [string, string]);
  const { differences } = policyProbe(pairs, fair, { swap: 'gender', seed: 1 });
  expect(named(differences, 'declined')).toMatchObject({ value: 0, low: null });
  expect(named(differences, 'changed').value).toBe(0);
});

test('an answer that only follows the swap has not changed', () => {
  const [pair] = policyPairs(prompts, 'gender');
  const { differences } = policyProbe([pair!], [['He has a dog.', 'She has a dog.']], { swap: 'gender', seed: 1 }); // prettier-ignore
  expect(named(differences, 'changed').value).toBe(0);
});

test('twins of demonstrations are added once', () => {
  const twins = demonstrationTwins(demonstrations, 'gender', 9);
  expect(twins.length).toBeGreaterThan(10);
  expect(new Set(twins.map(({ id }) => id)).size).toBe(twins.length);
  const known = new Set(demonstrations.map(({ id }) => id));
  expect(twins.some(({ id }) => known.has(id))).toBe(false);
  const both = [...demonstrations, ...twins];
  expect(demonstrationTwins(both, 'gender', 9)).toEqual([]);
});

test('twins of rankings keep the verdict, are marked, and are added once', () => {
  const about = { ...ranking('r', 's'), responses: ['He is kind.', 'Go away.', 'I see.'] };
  const plain = { ...ranking('q', 's'), responses: ['a', 'b', 'c'] };
  const twins = rankingTwins([about, plain], 'gender', 9);
  expect(twins).toHaveLength(1);
  expect(twins[0]).toMatchObject({
    responses: ['She is kind.', 'Go away.', 'I see.'],
    ranks: about.ranks,
    labeler: { source: 'simulated', rule: 'counterfactual' },
    seconds: 0,
  });
  expect(rankingTwins([about, plain, ...twins], 'gender', 9)).toEqual([]);
});
