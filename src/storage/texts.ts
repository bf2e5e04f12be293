/** What a run said at its steps: the first look and the newest ones, kept with the settings of its project. */
import type { Id, RunTexts } from '../records';
import { textsKey } from './runs';
import type { LabDatabase, SettingValue } from './schema';
import { jsonBytes, read, write } from './transactions';

/** Steps that are kept beside the first. */
const KEPT = 24;

/** The texts of a run, oldest first; whatever is stored otherwise is passed over. */
export function listTexts(db: LabDatabase, projectId: Id, runId: Id): Promise<RunTexts[]> {
  return read(db, ['settings'], 'reading texts of a run', async (tx) =>
    textsOf((await tx.objectStore('settings').get([projectId, textsKey(runId)]))?.value),
  );
}

/**
 * Add what a run said at a step; what it said there or later before, as when it goes on from an earlier step, goes.
 * Resolves with all that is kept.
 */
export function saveTexts(
  db: LabDatabase,
  projectId: Id,
  runId: Id,
  now: RunTexts,
): Promise<RunTexts[]> {
  return write(
    db,
    ['settings'],
    'saving texts of a run',
    async (tx) => {
      const key = textsKey(runId);
      const stored = await tx.objectStore('settings').get([projectId, key]);
      const all = withTexts(textsOf(stored?.value), now);
      await tx.objectStore('settings').put({ projectId, key, value: all.map(asValue) });
      return all;
    },
    () => jsonBytes(now),
  );
}

/** A run's texts with those of one more step: the first stays, of the others the newest. */
export function withTexts(before: readonly RunTexts[], now: RunTexts): RunTexts[] {
  const [first, ...later] = [...before.filter(({ step }) => step < now.step), now];
  return first ? [first, ...later.slice(-KEPT)] : later;
}

const asValue = ({ step, texts }: RunTexts): SettingValue => ({
  step,
  texts: texts.map(({ prompt, text }) => ({ prompt, text })),
});

function textsOf(value: SettingValue | undefined): RunTexts[] {
  return Array.isArray(value) ? value.flatMap((each) => textOf(each) ?? []) : [];
}

function textOf(value: SettingValue): RunTexts | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { step, texts } = value;
  if (typeof step !== 'number' || !Array.isArray(texts)) return null;
  const said = texts.flatMap((each) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return [];
    const { prompt, text } = each;
    return typeof prompt === 'string' && typeof text === 'string' ? [{ prompt, text }] : [];
  });
  return { step, texts: said };
}
