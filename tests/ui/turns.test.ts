import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inTurn } from '../../src/ui/components/turns';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one piece a task, in order; what was taken back is left out, and what comes meanwhile comes last', () => {
  const done: string[] = [];
  const piece = (name: string) => () => void done.push(name);
  inTurn(piece('first'));
  const takeBack = inTurn(piece('second'));
  inTurn(() => {
    done.push('third');
    inTurn(piece('fifth'));
  });
  inTurn(piece('fourth'));
  takeBack();
  expect(done).toEqual([]);
  const afterEachTask: number[] = [];
  while (vi.getTimerCount() > 0) {
    vi.advanceTimersToNextTimer();
    afterEachTask.push(done.length);
  }
  expect(done).toEqual(['first', 'third', 'fourth', 'fifth']);
  expect(afterEachTask).toEqual([1, 2, 3, 4]);
});

test('a piece that fails does not keep the others from their turn', () => {
  const done: string[] = [];
  inTurn(() => {
    throw new Error('no canvas');
  });
  inTurn(() => void done.push('second'));
  expect(() => vi.advanceTimersToNextTimer()).toThrow('no canvas');
  vi.runAllTimers();
  expect(done).toEqual(['second']);
});

test('taking back the only piece leaves room for the next', () => {
  const done: string[] = [];
  inTurn(() => void done.push('first'))();
  inTurn(() => void done.push('second'));
  vi.runAllTimers();
  expect(done).toEqual(['second']);
});
