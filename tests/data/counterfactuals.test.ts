import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  augmentComparisons,
  augmentDemonstrations,
  counterfactualPairs,
  KNOWN_NAMES,
  SWAPS,
  swapped,
} from '../../src/data/counterfactuals';
import { gold } from '../../src/data/gold';
import { worldDemonstrations } from '../../src/data/world';
import { PEOPLE } from '../../src/data/world/words';

describe('the same sentence about somebody else', () => {
  test.each([
    ['He took his hat. It was his.', 'She took her hat. It was hers.'],
    ['She gave her dog to him.', 'He gave his dog to her.'],
    ['Lily saw her. Her mother saw her in the park.', 'Tom saw him. His father saw him in the park.'],
    ['The hat is hers and she likes it herself.', 'The hat is his and he likes it himself.'],
    ['Tom is a boy. TOM!', 'Lily is a girl. LILY!'],
    ['A man met an uncle and a wizard.', 'A woman met an aunt and a witch.'],
    ['An actor and a king.', 'An actress and a queen.'],
    ["The king's sons and Tom's sister", "The queen's daughters and Lily's brother"],
    ['Mr Bear told her to go, and she went with her.', 'Mrs Bear told him to go, and he went with him.'],
    ['The heroine, a hero', 'The hero, a heroine'],
    ['There, the other weather: where, then, thesis.', 'There, the other weather: where, then, thesis.'],
  ])('by gender: %s', (text, wanted) => expect(swapped(text, 'gender').text).toBe(wanted)); // prettier-ignore

  test('sets an article right in front of a new word', () => {
    expect(swapped('He is an uncle, she is a queen of an Omar.', 'gender').text).toBe('She is an aunt, he is a king of an Amina.'); // prettier-ignore
    expect(swapped('a Ken, A Yuki', 'origin').text).toBe('a Ravi, An Asha');
    expect(swapped('An England', 'place').text).toBe('A Kenya');
  });

  test('by origin and place, and only where there is a capital', () => {
    expect(swapped('Tom and Lily went to Paris in New York.', 'origin').text).toBe('Kofi and Ama went to Paris in New York.'); // prettier-ignore
    expect(swapped('Tom and Lily went to Paris in New York.', 'place').text).toBe('Tom and Lily went to Lagos in Dhaka.'); // prettier-ignore
    expect(swapped('the max speed', 'origin')).toEqual({ text: 'the max speed', changed: 0, unsure: [] }); // prettier-ignore
  });

  test('says where it had to guess', () => {
    expect(swapped('He saw her running.', 'gender').unsure).toEqual(['her running']);
    expect(swapped('He saw her dog.', 'gender').unsure).toEqual([]);
  });

  test('twice is the first again, where nothing is unsure', () => {
    const who = fc.constantFrom('Tom', 'Amina', 'The king', 'My aunt', 'She', 'He', 'A boy');
    const does = fc.constantFrom('saw his dog', 'gave her a hat', 'took her hat', 'likes himself', 'went with him', 'said it was hers.', 'met a prince'); // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.tuple(who, does), { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.map((each) => each.join(' ')).join('. ');
        const once = swapped(text, 'gender');
        expect(once.text).not.toBe(text);
        expect(swapped(once.text, 'gender').text).toBe(text);
      }),
    );
  });

  test('keeps everything that is no such word, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...SWAPS), (text, swap) => {
        const found = swapped(text, swap);
        if (found.changed === 0) expect(found.text).toBe(text);
      }),
    );
  });

  test('goes round all origins and comes back, and knows the people of the world', () => {
    let [name, turns] = ['Tom', 0];
    do [name, turns] = [swapped(name, 'origin').text, turns + 1];
    while (name !== 'Tom');
    expect(turns).toBe(8);
    expect(new Set(KNOWN_NAMES).size).toBe(KNOWN_NAMES.length);
    expect(PEOPLE.filter((person) => !KNOWN_NAMES.includes(person))).toEqual([]);
  });
});

describe('records', () => {
  const demonstrations = worldDemonstrations(1);

  test.each(['gender', 'origin'] as const)('a good answer stays one when swapped by %s', (swap) => {
    const pairs = demonstrations.flatMap((before) =>
      augmentDemonstrations([before], swap).map((after) => ({ before, after })),
    );
    expect(pairs.length).toBeGreaterThan(50);
    const worse = pairs.filter(
      ({ before, after }) =>
        gold(after, after.response)!.total < gold(before, before.response)!.total - 1e-9,
    );
    expect(worse.map(({ after }) => [after.text, after.response])).toEqual([]);
    for (const { before, after } of pairs) {
      expect(after.id).not.toBe(before.id);
      expect(after.split).toBe(before.split);
    }
  });

  test('probes are pairs that differ', () => {
    const pairs = counterfactualPairs(demonstrations, 'origin');
    expect(pairs.length).toBeGreaterThan(20);
    for (const { original, counterfactual } of pairs) {
      expect(counterfactual.text).not.toBe(original.text);
      expect(counterfactual.id).not.toBe(original.id);
      expect(counterfactual.task).toBe(original.task);
    }
  });

  test('comparisons keep their preference and are marked as simulated', () => {
    const [prompt] = counterfactualPairs(demonstrations, 'gender').map(({ original }) => original);
    const comparison = { id: 'c', rankingId: 'r', prompt: prompt!, responses: ['He ran.', 'No.'], pairs: [{ better: 0, worse: 1 }], source: 'human' as const }; // prettier-ignore
    const [other] = augmentComparisons([comparison], 'gender');
    expect(other).toMatchObject({ id: 'c:gender', responses: ['She ran.', 'No.'], pairs: comparison.pairs, source: 'simulated' }); // prettier-ignore
    expect(augmentComparisons([{ ...comparison, prompt: { ...prompt!, text: 'Hi', check: null }, responses: ['a', 'b'] }], 'gender')).toEqual([]); // prettier-ignore
  });
});
