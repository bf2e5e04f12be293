/** Drawing that can wait a moment: one piece a task, so that keys and clicks find their turn between two of them. */

const waiting = new Set<() => void>();

/** Do `work` when its turn comes. The function that is returned takes it back. */
export function inTurn(work: () => void): () => void {
  const piece = () => work();
  waiting.add(piece);
  if (waiting.size === 1) setTimeout(doNext);
  return () => waiting.delete(piece);
}

function doNext(): void {
  const [next] = waiting;
  if (!next) return;
  waiting.delete(next);
  if (waiting.size > 0) setTimeout(doNext);
  next();
}
