import { describe, expect, test } from 'vitest';
import { exposure } from '../../src/algorithms/exposure';
import { canary, plant } from '../../src/data/canaries';
import {
  guidelinesAt,
  guidelinesProblem,
  withGuidelines,
  type GuidelinesVersion,
} from '../../src/data/guidelines';
import { emptyForm, formProblem, YES_NO } from '../../src/data/instruct-form';
import { sha256 } from '../../src/data/sha256';

describe('guidelines', () => {
  const one = withGuidelines([], ' Be kind.\r\nBe true. ', 10);
  const two = withGuidelines(one, 'Be true.', 20);

  test('gain a version with every change, and none without', () => {
    expect(two.map(({ version, createdAt }) => [version, createdAt])).toEqual([[1, 10], [2, 20]]); // prettier-ignore
    expect(one[0]).toMatchObject({
      text: 'Be kind.\nBe true.',
      hash: sha256('Be kind.\nBe true.'),
    });
    expect(withGuidelines(two, 'Be true.\n', 30)).toBe(two);
    // Going back is a change, too.
    expect(withGuidelines(two, 'Be kind.\nBe true.', 30)).toHaveLength(3);
  });

  test('are known for every time', () => {
    expect([5, 10, 19, 20, 99].map((time) => guidelinesAt(two, time)?.version ?? null)).toEqual([null, 1, 1, 2, 2]); // prettier-ignore
  });

  test('show what was changed afterwards', () => {
    const changed = (by: Partial<GuidelinesVersion>) => guidelinesProblem([two[0]!, { ...two[1]!, ...by }]); // prettier-ignore
    expect(guidelinesProblem(two)).toBeNull();
    expect(changed({ text: 'Be false.' })).toMatch(/Version 2 .* hash names/);
    expect(changed({ version: 3 })).toMatch(/numbered 3/);
    expect(changed({ createdAt: 1 })).toMatch(/older than/);
  });
});

describe("InstructGPT's form", () => {
  test('asks the eleven questions of table 3 and wants all of them answered', () => {
    expect(YES_NO).toHaveLength(11);
    const answers = Object.fromEntries(YES_NO.map(({ name }) => [name, false]));
    expect(formProblem({ overall: 7, answers })).toBeNull();
    expect(formProblem(emptyForm())).toMatch(/overall score is missing/);
    for (const overall of [0, 8, 3.5]) expect(formProblem({ overall, answers })).toMatch(/1 to 7/);
    const open = Object.fromEntries(Object.entries(answers).filter(([name]) => name !== 'opinion'));
    expect(formProblem({ overall: 1, answers: open })).toMatch(
      /still open: Does it express an opinion/,
    );
  });
});

describe('a canary', () => {
  test('is one of many codes, by its seed and number', () => {
    const first = canary(1);
    expect(first.candidates[first.secret]).toBe(first.response);
    expect(new Set(first.candidates).size).toBe(10 * 8 * 12);
    expect(canary(1)).toEqual(first);
    const others = Array.from({ length: 50 }, (_, i) => canary(i).response);
    expect(new Set(others).size).toBeGreaterThan(40);
    expect(new Set([0, 1, 2].map((number) => canary(1, number).prompt)).size).toBe(3);
  });

  test('is planted as often as asked, and a model that knows it by heart is exposed', () => {
    const secret = canary(3);
    const planted = plant(secret, 4, 7);
    expect(new Set(planted.map(({ id }) => id)).size).toBe(4);
    for (const each of planted) expect(each).toMatchObject({ text: secret.prompt, response: secret.response, split: 'train' }); // prettier-ignore
    // A model that counts what it was shown: log-probability by words in common with the planted response.
    const shown = planted.flatMap(({ response }) => response.split(' '));
    const logs = secret.candidates.map((text) => text.split(' ').reduce((sum, word) => sum + Math.log(0.01 + shown.filter((w) => w === word).length), 0)); // prettier-ignore
    expect(exposure(logs, secret.secret)).toMatchObject({ rank: 1, exposure: Math.log2(960) });
  });
});
