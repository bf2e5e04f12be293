/** A whole lab out of one browser and into another; and files that are refused with nothing changed. */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/data/sha256';
import { loadCheckpoint, saveCheckpoint } from '../../src/storage/checkpoints';
import { saveRecords } from '../../src/storage/collections';
import { saveLabels } from '../../src/storage/labels';
import { createProject, listProjects, readProject } from '../../src/storage/projects';
import { saveRun, saveSteps } from '../../src/storage/runs';
import type { LabDatabase } from '../../src/storage/schema';
import { readSetting, writeSetting } from '../../src/storage/settings';
import { worldDemonstrations, worldPrompts } from '../../src/data/world';
import { exportProject, importProject } from '../../src/workers/lab-exchange';
import { LabFileError, VERSION } from '../../src/workers/lab-file';
import {
  checkpoint,
  evaluation,
  freshDatabase,
  label,
  project,
  resume,
  rollout,
  row,
  run,
  sample,
  study,
  tensors,
} from '../storage/examples';

const ID = 'mine';
let db: LabDatabase;
beforeEach(async () => (db = await freshDatabase()));
afterEach(() => db.close());

/** Something in every store: the built-in texts with all their checks, and a run that measured NaN. */
async function fill(): Promise<void> {
  await createProject(db, project(ID, { name: 'Mine, “ours”', guidelines: 'Be kind.\nBe short.' }));
  await saveRecords(db, 'demonstrations', ID, worldDemonstrations(1));
  await saveRecords(db, 'prompts', ID, worldPrompts(1).slice(0, 40));
  await saveRecords(db, 'samples', ID, [sample('one'), sample('two')]);
  await saveLabels(db, ID, [label('r1', 'one'), label('r2', 'two', 'you')]);
  await saveRecords(db, 'evaluations', ID, [evaluation('e')]);
  await saveRecords(db, 'studies', ID, [study('s')]);
  await saveRun(db, run('ppo-1', ID));
  const broken = { runId: 'ppo-1', step: 2, metrics: { 'val/var_explained': NaN, loss: Infinity } };
  await saveSteps(db, run('ppo-1', ID), [row('ppo-1', 1, 0.1), broken], [rollout('ppo-1', 1, 'a')]);
  await saveCheckpoint(db, checkpoint('sft', ID), tensors(0.1));
  await saveCheckpoint(db, resume('ppo-1', ID, 2), tensors(-2.5));
  const imported = checkpoint('import:x', ID, { stage: 'base', tokenizerHash: 'abc' });
  await saveCheckpoint(db, imported, tensors(3));
  await writeSetting(db, '', 'tokenizer:abc', '{"model":{}}');
  await writeSetting(db, ID, 'config', { ppo: { steps: 20 } });
}

/** The file with one of its entries written anew, and the check sums made to fit where that is asked. */
function changed(file: Uint8Array, name: string, change: (text: string) => string, fits = true) {
  const entries = unzipSync(file);
  entries[name] = strToU8(change(strFromU8(entries[name]!)));
  if (fits && name !== 'lab.json') {
    const head = JSON.parse(strFromU8(entries['lab.json']!)) as { files: Record<string, string> };
    head.files[name] = sha256(entries[name]);
    entries['lab.json'] = strToU8(JSON.stringify(head));
  }
  return zipSync(entries);
}

describe('a whole lab as a file', () => {
  test('is the same in another browser, weights to the bit', async () => {
    await fill();
    const before = await readProject(db, ID);
    const file = await exportProject(db, ID);
    db.close();

    db = await freshDatabase();
    await importProject(db, file, 99);
    const after = await readProject(db, ID);
    expect(after.metrics[1]!.metrics).toEqual({ 'val/var_explained': NaN, loss: Infinity });
    expect(after).toEqual({
      ...before,
      project: { ...before.project, openedAt: 99 },
      runs: before.runs.map((each) => ({ ...each, status: 'paused' })),
      studies: before.studies.map((each) => ({ ...each, status: 'stopped' })),
    });
    expect((await loadCheckpoint(db, 'sft')).tensors).toEqual(tensors(0.1));
    expect((await loadCheckpoint(db, 'ppo-1 at 2')).tensors).toEqual(tensors(-2.5));
    expect(await readSetting(db, '', 'tokenizer:abc')).toBe('{"model":{}}');
  });

  test('stands beside the labs that are there, and is the next to be opened', async () => {
    await fill();
    const file = await exportProject(db, ID);
    db.close();
    db = await freshDatabase();
    await createProject(db, project('theirs', { openedAt: 50 }));
    await importProject(db, file, 99);
    expect((await listProjects(db)).map(({ id }) => id)).toEqual([ID, 'theirs']);
  });

  test('is refused where it is already, with nothing changed', async () => {
    await fill();
    const before = await readProject(db, ID);
    const file = await exportProject(db, ID);
    await expect(importProject(db, file, 99)).rejects.toThrow('in this browser already');
    expect(await readProject(db, ID)).toEqual(before);
  });
});

describe('a damaged file', () => {
  let file: Uint8Array;
  beforeEach(async () => {
    await fill();
    file = await exportProject(db, ID);
    db.close();
    db = await freshDatabase();
  });
  const refused = async (bytes: Uint8Array, why: RegExp) => {
    await expect(importProject(db, bytes, 1)).rejects.toThrow(why);
    await expect(importProject(db, bytes, 1)).rejects.toBeInstanceOf(LabFileError);
    expect(await listProjects(db)).toEqual([]);
    for (const store of db.objectStoreNames) expect(await db.count(store)).toBe(0);
  };

  test('that is cut off, no zip, or another zip is refused', async () => {
    await refused(file.slice(0, file.length - 200), /no zip file, or only a part/);
    await refused(strToU8('hello'), /no zip file/);
    await refused(zipSync({ 'a.txt': strToU8('hello') }), /no lab\.json/);
  });

  test('with one bit of the weights turned is refused', async () => {
    const entries = unzipSync(file);
    const weights = entries['checkpoints/1.safetensors']!;
    weights[weights.length - 3]! ^= 1;
    await refused(zipSync(entries), /checkpoints\/1\.safetensors .* damaged/);
  });

  test('with a line that is no record is refused, and the line named', async () => {
    const cut = changed(file, 'rankings.jsonl', (text) => text.replace('"ranks":[1,2,2],', ''));
    await refused(cut, /Line 1 of rankings\.jsonl is not right: ranks/);
    await refused(changed(file, 'samples.jsonl', (text) => `${text}{"id":\n`), /Line 3 of samples\.jsonl is not JSON/); // prettier-ignore
    await refused(changed(file, 'prompts.jsonl', (text) => text.slice(0, -9), false), /prompts\.jsonl .* damaged/); // prettier-ignore
  });

  test('whose parts do not belong together is refused', async () => {
    await refused(
      changed(file, 'runs.jsonl', () => ''),
      /steps of a run that it does not hold/,
    );
    const foreign = changed(file, 'checkpoints.jsonl', (text) => text.replaceAll('"projectId":"mine"', '"projectId":"other"')); // prettier-ignore
    await refused(foreign, /of another lab/);
  });

  test('of a newer version is refused with the way out', async () => {
    const newer = changed(file, 'lab.json', (text) => text.replace(`"version": ${VERSION}`, `"version": ${VERSION + 1}`)); // prettier-ignore
    await refused(newer, /newer version of the lab .* Reload/);
  });
});
