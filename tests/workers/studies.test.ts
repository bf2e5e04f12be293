/** Studies as the worker drives them: stored as they go, told to the page, stopped and gone on with. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measurable, type SweepInputs } from '../../src/over-optimisation';
import { listRecords } from '../../src/storage/collections';
import { createProject } from '../../src/storage/projects';
import type { LabDatabase } from '../../src/storage/schema';
import type { SweepRequest } from '../../src/studies';
import type { TrainerEvent } from '../../src/workers/messages';
import { exactStudy, sweepStudy, type StudySurroundings } from '../../src/workers/studies';
import { onEngines } from '../engines';
import { LENGTHS, parityReward, promptsOf, talker, tokenizer } from '../lab';
import { freshDatabase, project } from '../storage/examples';

const SMALL = 'a:a b:ac c:bde d:ae e:cd';
const QUICK = { walks: 256, draws: 16, config: { ppo: { steps: 4, batchSize: 16 }, rloo: { steps: 3, batchSize: 16 } } }; // prettier-ignore
const REQUEST: SweepRequest = {
  referenceId: 'sft',
  rewardModelId: 'rm',
  lengths: LENGTHS,
  seed: 1,
  settings: { coefficients: [0, 0.3], steps: 2, batchSize: 4, learningRate: 1e-3, looks: 2, prompts: 4, answers: 3 }, // prettier-ignore
};
const inputs = (): SweepInputs => ({
  reference: talker(),
  reward: parityReward(),
  train: promptsOf('train', 4),
  heldOut: measurable(promptsOf('held-out', 4), 4),
  tokenizer,
  lengths: LENGTHS,
  seed: 1,
  missingEosScore: -1,
});

let db: LabDatabase;
let news: TrainerEvent[] = [];
beforeEach(async () => {
  db = await freshDatabase();
  await createProject(db, project('p'));
  news = [];
});
afterEach(() => db.close());

/** Goes on until `isEnough` says so. */
function surroundings(isEnough: (label: string, share: number) => boolean = () => false) {
  const shares: number[] = [];
  const given: StudySurroundings = {
    db,
    projectId: 'p',
    backend: 'wasm',
    post: (event) => news.push(event),
    pass: async ({ done, total, label }) => {
      shares.push(done / total);
      return !isEnough(label, done / total);
    },
  };
  return { given, shares };
}
const told = () => news.flatMap((event) => (event.kind === 'study.changed' ? event.study : []));

onEngines(
  'Studies in the worker',
  () => {
    test('the exact lab is stored with every result, and told with every point', async () => {
      const { given, shares } = surroundings();
      const request = { graph: SMALL, beta: 0.1, seed: 1, methods: ['ppo', 'rloo'] as const };
      const study = await exactStudy(request, given, QUICK);
      expect(study).toMatchObject({ kind: 'exact', status: 'finished', graph: SMALL, beta: 0.1 });
      expect(Object.keys(study.results)).toEqual(['ppo', 'rloo']);
      expect(await listRecords(db, 'studies', 'p')).toEqual([study]);
      expect(told().at(-1)).toEqual(study);
      expect(told().length).toBeGreaterThan(study.points.length);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.at(-1)).toBeCloseTo(1, 9);
    });

    test('a stopped exact lab keeps what it had measured', async () => {
      const { given } = surroundings((label) => label === 'RLOO');
      const request = { graph: SMALL, beta: 0.1, seed: 1, methods: ['ppo', 'rloo'] as const };
      const study = await exactStudy(request, given, QUICK);
      expect(study.status).toBe('stopped');
      expect(study.results).toMatchObject({ ppo: { J: expect.any(Number) } });
      expect(study.results.rloo).toBeUndefined();
      expect(await listRecords(db, 'studies', 'p')).toEqual([study]);
    });

    test('a graph that is none is refused, and leaves no results behind', async () => {
      const { given } = surroundings();
      const request = { graph: 'a:b', beta: 0.1, seed: 1, methods: ['ppo'] as const };
      await expect(exactStudy(request, given, QUICK)).rejects.toThrow('Node a leads to b');
      expect(await listRecords(db, 'studies', 'p')).toEqual([]);
    });

    test('a stopped sweep goes on with the runs that it lacks, to what it would have been', async () => {
      const whole = await sweepStudy(REQUEST, inputs(), surroundings().given);
      expect(whole.runs.map(({ coefficient }) => coefficient)).toEqual([0, 0.3]);
      const stopped = await sweepStudy(REQUEST, inputs(), surroundings((label) => label.endsWith('0.3')).given); // prettier-ignore
      expect(stopped).toMatchObject({ status: 'stopped', runs: [{ coefficient: 0 }] });
      const resumed = await sweepStudy(REQUEST, inputs(), surroundings().given, stopped);
      expect(resumed).toMatchObject({ id: stopped.id, status: 'finished', runs: whole.runs });
      const byPlace = (study: typeof whole) =>
        [...study.points].sort((a, b) => (a.coefficient ?? 9) - (b.coefficient ?? 9) || a.step - b.step); // prettier-ignore
      expect(byPlace(resumed)).toEqual(byPlace(whole));
      expect(await listRecords(db, 'studies', 'p')).toEqual([whole, resumed]);
    });
  },
  ['wasm'],
);
