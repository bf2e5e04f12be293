/** `--study FILE`: what the command line writes is what the page shows. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeStudy } from '../../src/cli/study';
import type { SweepStudy } from '../../src/studies';
import { onEngines } from '../engines';
import { parityReward, talker, tinyLab } from '../lab';

const folder = mkdtempSync(join(tmpdir(), 'rlhf-lab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

onEngines(
  'The study of the command line',
  () => {
    test('writes points of every run and of best of n, and tells of each', async () => {
      const file = join(folder, 'new', 'study.json');
      let told = '';
      const out = { write: (text: string) => ((told += text), true) };
      const lab = tinyLab({ ppo: { steps: 3 } }); // so little that the smallest sweep is taken
      await writeStudy(file, lab, { fineTuned: talker(), reward: parityReward() }, 'wasm', out);
      const study: SweepStudy = JSON.parse(readFileSync(file, 'utf8'));
      expect(study).toMatchObject({
        kind: 'over-optimisation',
        status: 'finished',
        backend: 'wasm',
      });
      expect(study.runs.map(({ coefficient }) => coefficient)).toEqual([0, 0.2]);
      for (const coefficient of [0, 0.2, null])
        expect(study.points.filter((each) => each.coefficient === coefficient)).toHaveLength(3);
      for (const { kl, proxy, gold } of study.points)
        for (const number of [kl, proxy, gold]) expect(number).toEqual(expect.any(Number)); // NaN is null in JSON
      expect(told).toContain('coefficient 0.2, step 3: KL ');
      expect(told).toContain('best of 4: KL 0.64');
      expect(told).toContain(`Study: ${file}`);
    });
  },
  ['wasm'],
);
