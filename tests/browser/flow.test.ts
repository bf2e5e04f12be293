/**
 * What a person does, in a real Chromium: open the page, add a demonstration, fine-tune, sample, rank with the
 * keyboard, train the reward model, run PPO, reload in the middle of it and go on, compare. With a very small
 * model in place of the base, on WASM and on WebGPU (the software adapter where there is no GPU).
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, skipWithoutAdapter, type OpenLab } from './chromium';
import { finished, go, openTinyLab, press, set, WORK } from './pressing';

/** For what the page does at once; milliseconds. */
const PATIENCE = 20_000;

/** The stored records of each kind, and the metrics' keys, as IndexedDB holds them. */
interface Stored {
  counts: Record<string, number>;
  runs: {
    id: string;
    stage: string;
    status: string;
    step: number;
    steps: number;
    config: Record<string, unknown>;
    rewardModelId: string | null;
  }[];
  metrics: [string, number][];
  checkpoints: { name: string; kind: string; stage: string; bytes: number }[];
  rankings: { ranks: number[]; labeler: { source: string } }[];
}

const readDatabase = (page: Page): Promise<Stored> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('rlhf-lab');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const ask = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const store = (name: string) => db.transaction(name).objectStore(name);
    const counts: Record<string, number> = {};
    for (const name of db.objectStoreNames) counts[name] = await ask(store(name).count());
    const result = {
      counts,
      runs: await ask(store('runs').getAll()),
      metrics: (await ask(store('metrics').getAllKeys())) as [string, number][],
      checkpoints: await ask(store('checkpoints').getAll()),
      rankings: await ask(store('rankings').getAll()),
    };
    db.close();
    return result;
  });

async function addDemonstration(page: Page): Promise<void> {
  await go(page, 'demonstrations');
  await press(page, 'Add one');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Prompt' }).fill('What does the test say?');
  await dialog.getByRole('textbox', { name: 'Answer' }).fill('The test says hello.');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Demonstration added.').waitFor();
}

async function fineTune(page: Page): Promise<void> {
  await go(page, 'sft');
  await set(page, 'Passes over the data', 1);
  await set(page, 'Batch size', 128);
  await set(page, 'Response length', 12); // a third of the work, for the software adapter's sake
  await press(page, 'Fine-tune');
  await finished(page);
}

async function drawSamples(page: Page): Promise<void> {
  await go(page, 'samples');
  await set(page, 'Prompts', 6);
  await set(page, 'Answers per prompt, K', 3);
  await press(page, 'Draw answers');
  await page.getByText('6 prompts were answered.').waitFor(WORK);
}

/** The third answer to the top and tied with the one below; saved with Enter. */
async function rankByKeyboard(page: Page, samples: number): Promise<void> {
  await go(page, 'rankings');
  for (let done = 0; done < samples; done++) {
    await page.getByText(`${done} of ${samples}`, { exact: true }).first().waitFor();
    await page.locator('[data-answer]').nth(2).waitFor();
    for (const key of ['3', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  }
  await page.getByText('Every sample has its verdict.').waitFor();
}

async function trainRewardModel(page: Page): Promise<void> {
  await go(page, 'reward-model');
  await set(page, 'Batch size', 2);
  await press(page, 'Train the reward model');
  await finished(page);
}

/** Begin PPO, pause it in the middle, reload the page, and go on to the end. */
async function optimizeWithReload(page: Page, steps: number): Promise<void> {
  await go(page, 'ppo');
  await set(page, 'Steps', steps);
  await set(page, 'Batch size', 4);
  await press(page, 'Optimise');
  await page
    .getByText(new RegExp(`^step \\d+ of ${steps}`))
    .first()
    .waitFor(WORK);
  await press(page, 'Pause');
  await page
    .getByRole('button', { name: /^(Go on|Resume)$/ })
    .first()
    .waitFor();
  await page.reload();
  // The trainer starts anew first, which takes a software adapter a while.
  const goOn = page.getByRole('button', { name: 'Go on with it', exact: true }).first();
  await goOn.and(page.locator(':enabled')).waitFor(WORK);
  await goOn.click();
  await finished(page);
}

async function compare(page: Page): Promise<void> {
  await go(page, 'compare');
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('What does the test say?');
  await press(page, 'Ask them');
  await page.locator('.answer').nth(2).waitFor(WORK); // base, fine-tuned and optimized
  expect(await page.locator('.answer').count()).toBe(3);
}

/** The same rankings by DPO, which asks no reward model. */
async function learnFromLabels(page: Page): Promise<void> {
  await go(page, 'ppo');
  await page.getByRole('combobox', { name: 'Method' }).selectOption('dpo');
  await set(page, 'Batch size', 2);
  await press(page, 'Optimise');
  await finished(page);
  await page.getByRole('heading', { name: /^Implied rewards/ }).waitFor();
  const { runs, checkpoints } = await readDatabase(page);
  const run = runs.find(({ config }) => config.method === 'dpo')!;
  expect(run).toMatchObject({ stage: 'ppo', status: 'finished', rewardModelId: null });
  expect(run.step).toBe(run.steps);
  expect(checkpoints.map(({ name }) => name)).toContain(`DPO, step ${run.steps}`);
}

function checkStored(stored: Stored, ppoSteps: number): void {
  expect(stored.counts).toMatchObject({ demonstrations: 1201, samples: 6, rankings: 6 });
  expect(stored.counts['comparisons']).toBe(6);
  for (const { ranks, labeler } of stored.rankings) {
    expect([...ranks].sort()).toEqual([1, 2, 3]);
    expect(labeler.source).toBe('human');
  }
  expect(stored.runs.map(({ stage, status }) => [stage, status])).toEqual(
    expect.arrayContaining([
      ['sft', 'finished'],
      ['reward-model', 'finished'],
      ['ppo', 'finished'],
    ]),
  );
  expect(stored.runs).toHaveLength(3);
  const ppo = stored.runs.find(({ stage }) => stage === 'ppo')!;
  expect(ppo.step).toBe(ppoSteps);
  const steps = stored.metrics.filter(([run]) => run === ppo.id).map(([, step]) => step);
  expect(steps).toEqual(Array.from({ length: ppoSteps }, (_, i) => i + 1));
  expect(stored.checkpoints.filter(({ kind }) => kind === 'model')).toHaveLength(3);
  expect(stored.checkpoints.filter(({ kind }) => kind === 'resume')).toHaveLength(0);
  for (const { bytes } of stored.checkpoints) expect(bytes).toBeGreaterThan(21_000 * 4);
}

async function wholeFlow(lab: OpenLab, ppoSteps: number): Promise<void> {
  const { page } = lab;
  page.setDefaultTimeout(PATIENCE);
  await addDemonstration(page);
  await fineTune(page);
  await drawSamples(page);
  await rankByKeyboard(page, 6);
  await trainRewardModel(page);
  await optimizeWithReload(page, ppoSteps);
  checkStored(await readDatabase(page), ppoSteps);
  await compare(page);
  await learnFromLabels(page);
  lab.expectQuiet();
}

describe.each([
  // Steps enough that a pause falls into the middle, and few enough for the software adapter.
  { backend: 'wasm', webgpu: false, ppoSteps: 60 },
  { backend: 'webgpu', webgpu: true, ppoSteps: 4 },
] as const)('the whole flow on $backend', ({ backend, webgpu, ppoSteps }) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch({ webgpu });
  });
  afterAll(() => browser.close());

  test(
    'a person gets from demonstrations to an optimized model',
    { timeout: 900_000 },
    async (context) => {
      if (webgpu) skipWithoutAdapter(context);
      const lab = await openTinyLab(browser, backend);
      try {
        await wholeFlow(lab, ppoSteps);
      } catch (error) {
        await lab.page.screenshot({ path: `build/flow-${backend}.png`, fullPage: true });
        throw error;
      } finally {
        await lab.close();
      }
    },
  );
});
