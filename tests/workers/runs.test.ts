/** Where a run may begin. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { sectionConfig } from '../../src/config';
import type { Checkpoint } from '../../src/records';
import { saveCheckpoint } from '../../src/storage/checkpoints';
import { createProject } from '../../src/storage/projects';
import { checkPrivateStart, textsToMixIn } from '../../src/workers/runs';
import { checkpoint, freshDatabase, project, tensors } from '../storage/examples';

test('plain text is there for whatever stage asks for it, the same for the same seed', async () => {
  const [none, some] = [0, 0.5].map((ptxCoefficient) => sectionConfig('sft', { ptxCoefficient }));
  expect(await textsToMixIn(1, none!, sectionConfig('ppo', {}))).toEqual([]);
  const texts = await textsToMixIn(1, none!, some!);
  expect(texts.length).toBeGreaterThan(1000);
  expect(await textsToMixIn(1, some!)).toEqual(texts);
});

test('a private run begins from a model that has learned nothing in the lab', async () => {
  const db = await freshDatabase();
  await createProject(db, project('p'));
  const base = checkpoint('beside the page', 'p', { stage: 'base' });
  const models = { summary: () => ({ checkpoint: base, parameters: 0, config: base.modelConfig }) };
  const kept = (id: string, stage: Checkpoint['stage']) =>
    saveCheckpoint(db, checkpoint(id, 'p', { stage }), tensors());
  const [imported, taught] = [await kept('imported', 'base'), await kept('Taught', 'sft')];
  const begin = (id: string, noiseMultiplier: number) =>
    checkPrivateStart(sectionConfig('sft', { noiseMultiplier }), id, { db, models });
  await begin(base.id, 1);
  await begin(imported.id, 1);
  await begin(taught.id, 0);
  await expect(begin(taught.id, 1)).rejects.toThrow(/^“Taught” has learned from demonstrations before, .*\.$/); // prettier-ignore
  db.close();
});
