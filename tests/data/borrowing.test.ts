import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowOf } from '../../src/data/borrowing';
import { abstains } from '../../src/data/gold-text';

/** A batch of any size in which some answers do not know, more rows than its prompts have, and a config for it. */
const batches = fc
  .record({
    prompts: fc.integer({ min: 2, max: 8 }),
    answers: fc.integer({ min: 2, max: 6 }),
    spare: fc.integer({ min: 0, max: 5 }),
  })
  .chain(({ prompts, answers, spare }) =>
    fc.record({
      prompts: fc.constant(prompts),
      answers: fc.constant(answers),
      texts: fc.array(fc.constantFrom('Cows eat grass.', 'I do not know.', 'sorry, i do not know that'), { minLength: prompts * answers + spare, maxLength: prompts * answers + spare }), // prettier-ignore
      borrowed: fc.integer({ min: 0, max: Math.min(answers - 1, prompts - 1) }),
      notKnowing: fc.constantFrom(0, 0.4, 1),
      seed: fc.nat(1000),
      start: fc.nat(1000),
    }),
  );

describe('borrowed answers', () => {
  test('are the last of a prompt and another prompt has them; the rest are its own', () => {
    fc.assert(
      fc.property(batches, ({ prompts, answers, texts, borrowed, notKnowing, seed, start }) => {
        for (let i = 0; i < prompts; i++)
          for (let k = 0; k < answers; k++) {
            const row = rowOf({ i, k, start }, { texts, prompts }, { answers, borrowed, notKnowing }, seed); // prettier-ignore
            const from = Math.floor(row / answers);
            expect(from).toBeLessThan(prompts);
            if (k < answers - borrowed) expect(row).toBe(i * answers + k);
            else expect(from).not.toBe(i);
          }
      }),
    );
  });

  test('say that they do not know where all should and a neighbour does, and come in turn where none should', () => {
    fc.assert(
      fc.property(batches, ({ prompts, answers, texts, borrowed, seed, start }) => {
        for (let i = 0; i < prompts; i++)
          for (let k = answers - borrowed; k < answers; k++) {
            const at = (notKnowing: number) => rowOf({ i, k, start }, { texts, prompts }, { answers, borrowed, notKnowing }, seed); // prettier-ignore
            const next = ((i + 1 + k - (answers - borrowed)) % prompts) * answers + k;
            expect(at(0)).toBe(next);
            const others = texts.slice(0, prompts * answers).filter((_, row) => Math.floor(row / answers) !== i); // prettier-ignore
            if (others.some(abstains)) expect(abstains(texts[at(1)]!)).toBe(true);
            else expect(at(1)).toBe(next);
          }
      }),
    );
  });

  test('are not knowing as often as was asked, whoever said so', () => {
    const texts = Array.from({ length: 32 }, (_, row) => (row % 4 === 1 ? 'I do not know.' : 'Cows eat grass.')); // prettier-ignore
    const given = { answers: 4, borrowed: 1, notKnowing: 0.3 };
    const rows = Array.from({ length: 2000 }, (_, n) =>
      rowOf({ i: n % 8, k: 3, start: 8 * Math.floor(n / 8) }, { texts, prompts: 8 }, given, 7),
    );
    const abstaining = rows.filter((row) => row % 4 === 1);
    expect(abstaining.length / 2000).toBeCloseTo(0.3, 1);
    for (let i = 0; i < 8; i++)
      expect(abstaining.filter((row) => Math.floor(row / 4) === i).length).toBeGreaterThan(40);
    // Another seed draws others.
    const drawnBy = (seed: number) => rowOf({ i: 0, k: 3, start: 0 }, { texts, prompts: 8 }, { ...given, notKnowing: 1 }, seed); // prettier-ignore
    expect(new Set(Array.from({ length: 50 }, (_, seed) => drawnBy(seed))).size).toBe(7);
  });
});
