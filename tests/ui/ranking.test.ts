/** The order of answers under a labeler's hands: no move loses one, and ranks mean what is on screen. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  moved,
  orderOf,
  orderOfRanks,
  paceOf,
  pairCount,
  placed,
  placesOf,
  ranksOf,
  tieToggled,
  tiesOf,
  type Order,
} from '../../src/ui/state/ranking';

describe('moves', () => {
  test('up and down pass one group, and stop at the ends', () => {
    const order: Order = [[0], [1, 2], [3]];
    expect(moved(order, 3, -1)).toEqual([[0], [3], [1, 2]]);
    expect(moved(order, 0, 1)).toEqual([[1, 2], [0], [3]]);
    expect(moved(order, 0, -1)).toEqual(order);
    expect(moved(order, 3, 1)).toEqual(order);
  });

  test('a tied answer leaves its tie before it passes anything', () => {
    expect(moved([[0], [1, 2]], 2, -1)).toEqual([[0], [2], [1]]);
    expect(moved([[0, 1], [2]], 0, 1)).toEqual([[1], [0], [2]]);
  });

  test('a tie is made with the one above, and parted where it was made', () => {
    const order = orderOf([2, 0, 1]);
    const tied = tieToggled(order, 0);
    expect(tied).toEqual([[2, 0], [1]]);
    expect(tieToggled(tied, 1)).toEqual([[2, 0, 1]]);
    expect(tieToggled([[2, 0, 1]], 0)).toEqual([[2], [0, 1]]);
    expect(tieToggled(order, 2)).toEqual(order);
  });

  test('a drop between two that are tied joins them, elsewhere it stands alone', () => {
    expect(placed([[0, 1], [2]], 2, 1)).toEqual([[0, 2, 1]]);
    expect(placed([[0, 1], [2]], 2, 0)).toEqual([[2], [0, 1]]);
    expect(placed([[0, 1], [2]], 0, 2)).toEqual([[1], [2], [0]]);
    expect(placed([[0, 1], [2]], 0, 0)).toEqual([[0, 1], [2]]);
  });

  test('ranks count groups, and give the order back', () => {
    const order: Order = [[3], [1, 2], [0]];
    expect(ranksOf(order)).toEqual([3, 2, 2, 1]);
    expect(orderOfRanks([3, 2, 2, 1], [2, 0, 1, 3])).toEqual([[3], [2, 1], [0]]);
  });

  test('whatever is done, every answer is there once and ranks run from 1 without a gap', () => {
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('move'), answer: fc.nat(8), by: fc.constantFrom(-1, 1) }),
      fc.record({ kind: fc.constant('place'), answer: fc.nat(8), place: fc.nat(8) }),
      fc.record({ kind: fc.constant('tie'), answer: fc.nat(8) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.array(deed, { maxLength: 30 }), (K, deeds) => {
        let order = orderOf(Array.from({ length: K }, (_, i) => i));
        for (const each of deeds) {
          const answer = each.answer % K;
          if ('by' in each) order = moved(order, answer, each.by < 0 ? -1 : 1);
          else if ('place' in each) {
            order = placed(order, answer, each.place % K);
            expect(placesOf(order)[each.place % K]).toBe(answer);
          } else order = tieToggled(order, answer);
        }
        expect(placesOf(order).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: K }, (_, i) => i),
        );
        const ranks = ranksOf(order);
        expect(new Set(ranks)).toEqual(new Set(order.map((_, i) => i + 1)));
        expect(orderOfRanks(ranks, placesOf(order))).toEqual(order);
        expect(tiesOf(order).filter((tie) => !tie)).toHaveLength(order.length);
      }),
    );
  });

  test('up and then down puts a lone answer back', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        fc.nat(4),
        (shown, at) => {
          const order = orderOf(shown);
          const answer = shown[at] ?? 0;
          const up = moved(order, answer, -1);
          expect(at === 0 ? up : moved(up, answer, 1)).toEqual(order);
        },
      ),
    );
  });
});

test('ties give no pair: four answers give six pairs, or five with two of them tied', () => {
  expect(pairCount([[0], [1], [2], [3]])).toBe(6);
  expect(pairCount([[0], [1, 2], [3]])).toBe(5);
  expect(pairCount([[0, 1, 2, 3]])).toBe(0);
});

test('the pace is the median of the last times, so that a break for tea moves it little', () => {
  expect(paceOf([])).toBeNull();
  expect(paceOf([4, 900, 6])).toBe(6);
  expect(paceOf([4, 8])).toBe(6);
  expect(paceOf([100, 100, 100, 1, 2, 3], 3)).toBe(2);
});
