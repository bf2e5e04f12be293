/** Which answers are marked as nearly the same. */
import { expect, test } from 'vitest';
import { nearCopies } from '../../src/ui/state/similar';

test('case, spaces and punctuation make no difference, words do', () => {
  expect(nearCopies(['The sky is blue.', 'the sky is blue', 'The sky is red.'])).toEqual([
    null,
    0,
    null,
  ]);
});

test('one word in ten may differ, and no more', () => {
  const story = 'once there was a small cat who liked to sleep all day';
  expect(nearCopies([story, story.replace('small', 'little')])).toEqual([null, 0]);
  expect(nearCopies([story, story.replace('small', 'little').replace('day', 'night')])).toEqual([
    null,
    null,
  ]);
  expect(nearCopies([story, `${story} long`])).toEqual([null, 0]);
});

test('a copy names the first of its kind, and empty answers are alike', () => {
  expect(nearCopies(['yes', 'no', 'Yes!', 'YES'])).toEqual([null, null, 0, 0]);
  expect(nearCopies(['', '...', 'a'])).toEqual([null, 0, null]);
});

test('letters of every script are words', () => {
  expect(nearCopies(['Où est le café ?', 'ou est le cafe', 'où est le café'])).toEqual([
    null,
    null,
    0,
  ]);
  expect(nearCopies(['猫', '犬'])).toEqual([null, null]);
});
