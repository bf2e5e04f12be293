/** What is measured of a reward model: on labels that it never saw, by parts of those that it did, and by tokens. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { sectionConfig } from '../../src/config';
import { defaultLabeling, LABELING_KEY } from '../../src/data/labeling';
import type { Ranking } from '../../src/records';
import { saveLabels } from '../../src/storage/labels';
import { createProject } from '../../src/storage/projects';
import type { LabDatabase } from '../../src/storage/schema';
import { writeSetting } from '../../src/storage/settings';
import { scores } from '../../src/workers/answers';
import { judgeLabels, learningCurve, type ReportLab } from '../../src/workers/reward-reports';
import { traces } from '../../src/workers/traces';
import { EXACT_BACKENDS, onEngines } from '../engines';
import { LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker } from '../lab';
import { freshDatabase, project } from '../storage/examples';

const ANSWERS = ['gic', 'bdf', 'ac'];
const ranking = (i: number, split: 'train' | 'held-out', who = 'me'): Ranking => ({
  id: `${split}:${who}:${i}`,
  sampleId: `s${i}`,
  prompt: { ...LETTER_PROMPTS[i % LETTER_PROMPTS.length]!, split },
  responses: ANSWERS,
  ranks: [1, 3, 2],
  verdict: 'ranked',
  flagged: false,
  shown: [0, 1, 2],
  labeler: { id: who, name: who, source: 'human' },
  seconds: 1,
  createdAt: i,
});

/** Eight labels to learn from, two held-out prompts, and three labels of a labeler who is only measured on. */
async function labelled(): Promise<{ db: LabDatabase; lab: ReportLab }> {
  const db = await freshDatabase();
  await createProject(db, project('p'));
  const rankings = [
    ...Array.from({ length: 8 }, (_, i) => ranking(i, 'train')),
    ranking(8, 'held-out'),
    ranking(9, 'held-out'),
    ...[0, 1, 8].map((i) => ranking(i, i === 8 ? 'held-out' : 'train', 'other')),
  ];
  await saveLabels(db, 'p', rankings.map((each) => ({ ranking: each, comparison: null }))); // prettier-ignore
  await writeSetting(db, 'p', LABELING_KEY, { ...defaultLabeling('me'), people: [{ id: 'me', name: 'me' }], heldOut: ['other'] }); // prettier-ignore
  const models = { tokenizer: LETTERS, weights: async (id: string) => (id === 'reward' ? letterReward() : letterTalker()) }; // prettier-ignore
  return { db, lab: { db, models, projectId: 'p', seed: 1 } };
}

onEngines(
  'reports on a reward model',
  () => {
    test('judge held-out prompts and held-out labelers, and nothing that is learned from', async () => {
      const { db, lab } = await labelled();
      const seen: number[] = [];
      const pass = async ({ done }: { done: number }) => seen.push(done) > 0;
      const { heldOut, others } = await judgeLabels([letterReward()], lab, LETTER_LENGTHS, pass);
      expect(heldOut.map(({ comparison }) => comparison.rankingId)).toEqual(['held-out:me:8', 'held-out:me:9']); // prettier-ignore
      expect(others.map(({ comparison }) => comparison.rankingId)).toEqual(['train:other:0', 'train:other:1', 'held-out:other:8']); // prettier-ignore
      const [first] = heldOut;
      const pairs = ANSWERS.map((response) => ({
        prompt: first!.comparison.prompt.text,
        response,
      }));
      const alone = await scores(letterReward(), pairs, LETTERS, LETTER_LENGTHS);
      first!.scores.forEach((score, k) => expect(score).toBeCloseTo(alone[k]!, 4));
      expect(first!.lengths).toEqual([5, 5, 4]); // with the space before and the end
      expect(seen.length).toBeGreaterThan(0);
      await expect(judgeLabels([letterReward()], lab, LETTER_LENGTHS, async () => false)).rejects.toThrow('stopped'); // prettier-ignore
      db.close();
    });

    test('train on growing parts, each measured on the same prompts, and stop where told', async () => {
      const { db, lab } = await labelled();
      const config = sectionConfig('rewardModel', { batchSize: 2, learningRate: 1e-2 });
      const request = { config, lengths: LETTER_LENGTHS, fromId: 'base', shares: [0.25, 0.5, 1] };
      const done: number[] = [];
      const points = await learningCurve(request, lab, async (at) => done.push(at.done / at.total) > 0); // prettier-ignore
      expect(points.map(({ rankings, pairs }) => [rankings, pairs])).toEqual([[2, 6], [4, 12], [8, 24]]); // prettier-ignore
      for (const { accuracy, low, high } of points) {
        expect(low).toBeLessThanOrEqual(accuracy);
        expect(high).toBeGreaterThanOrEqual(accuracy);
      }
      // All labels say the same of the same answers, so all eight are enough to learn it.
      expect(points.at(-1)!.accuracy).toBe(1);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
      expect(done.at(-1)).toBeCloseTo(1, 10);
      const some = await learningCurve(request, lab, async ({ done: now }) => now <= 2);
      expect(some).toEqual(points.slice(0, 1));
      db.close();
    });

    test('trace an answer token by token, to the score of the whole, and to its log-probability', async () => {
      const pairs = [
        { prompt: 'is it?', response: 'gic' },
        { prompt: 'a b', response: 'bdfa' },
      ];
      const traced = await traces(letterReward(), pairs, LETTERS, LETTER_LENGTHS);
      const whole = await scores(letterReward(), pairs, LETTERS, LETTER_LENGTHS);
      expect(traced.map(({ tokens }) => tokens)).toEqual([
        [' ', 'g', 'i', 'c', '<eos>'],
        [' ', 'b', 'd', 'f', 'a', '<eos>'],
      ]);
      traced.forEach(({ values }, i) => expect(values.at(-1)).toBeCloseTo(whole[i]!, 4));
      const said = await traces(letterTalker(), pairs, LETTERS, LETTER_LENGTHS);
      for (const { tokens, values } of said) {
        expect(values).toHaveLength(tokens.length);
        for (const value of values) expect(value).toBeLessThan(0);
      }
      // What is said of a token does not depend on what follows it, nor on the other rows.
      const [alone] = await traces(letterTalker(), [{ prompt: 'a b', response: 'bdf' }], LETTERS, LETTER_LENGTHS); // prettier-ignore
      [0, 1, 2, 3].forEach((t) => expect(alone!.values[t]).toBeCloseTo(said[1]!.values[t]!, 4));
      expect(await traces(letterTalker(), [], LETTERS, LETTER_LENGTHS)).toEqual([]);
    });
  },
  EXACT_BACKENDS.slice(1),
);
