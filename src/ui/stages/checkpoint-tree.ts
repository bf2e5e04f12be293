/** The tree of checkpoints, flattened to rows in the order in which they are drawn. */
import type { Checkpoint } from '../../records';

export interface TreeRow {
  checkpoint: Checkpoint;
  depth: number;
}

/** Parents before children, oldest first. One whose parent is gone stands at the root. */
export function treeRows(checkpoints: readonly Checkpoint[]): TreeRow[] {
  const known = new Set(checkpoints.map(({ id }) => id));
  const children = new Map<string | null, Checkpoint[]>();
  for (const checkpoint of checkpoints) {
    const { parentId } = checkpoint;
    const parent = parentId !== null && known.has(parentId) ? parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), checkpoint]);
  }
  const rows: TreeRow[] = [];
  const seen = new Set<string>();
  const walk = (parent: string | null, depth: number): void => {
    const level = (children.get(parent) ?? []).sort((a, b) => a.createdAt - b.createdAt);
    for (const checkpoint of level) {
      if (seen.has(checkpoint.id)) continue;
      seen.add(checkpoint.id);
      rows.push({ checkpoint, depth });
      walk(checkpoint.id, depth + 1);
    }
  };
  walk(null, 0);
  // Imported data may hold a circle: what was not reached is shown all the same.
  for (const checkpoint of checkpoints)
    if (!seen.has(checkpoint.id)) rows.push({ checkpoint, depth: 0 });
  return rows;
}
