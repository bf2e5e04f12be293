/** What every walk through the lab does: go to a screen, press a button, set a number. */
import type { Browser, Page } from 'playwright-core';
import { tinyModelFiles } from '../tiny-model';
import { openLab, type LabOptions, type OpenLab } from './chromium';

/** For what a model works for; milliseconds. */
export const WORK = { timeout: 30 * 60_000 };

/** Until a button can be pressed, on a busy machine; a test whose button never comes is to say so. */
const PRESSABLE = { timeout: 120_000 };

/** To a screen by its address, without a reload. */
export async function go(page: Page, screen: string): Promise<void> {
  await page.evaluate((to) => void (location.hash = `#/${to}`), screen);
  await page.getByRole('heading', { level: 2 }).first().waitFor();
}

/** Press the first button of that name, as soon as it can be pressed. */
export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .and(page.locator(':enabled'))
    .first()
    .click(PRESSABLE);

/** Write a setting of the form by its name. */
export async function set(page: Page, name: string, value: number | string): Promise<void> {
  const field = page.getByRole('textbox', { name, exact: true }).first();
  await field.fill(String(value));
  await field.press('Tab');
}

/** Draw a few answers each to a few prompts, and rank all by keyboard: one answer first, two and more of them tied. */
export async function drawAndRank(page: Page, prompts: number, answers: number): Promise<void> {
  await go(page, 'samples');
  await set(page, 'Prompts', prompts);
  await set(page, 'Answers per prompt, K', answers);
  await press(page, 'Draw answers');
  await page.getByText(`${prompts} prompts were answered.`).waitFor(WORK);
  await go(page, 'rankings');
  for (let done = 0; done < prompts; done++) {
    await page.getByText(`${done} of ${prompts}`, { exact: true }).first().waitFor();
    await page
      .locator('[data-answer]')
      .nth(answers - 1)
      .waitFor();
    for (const key of ['2', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  }
  await page.getByText('Every sample has its verdict.').waitFor();
}

/** Wait until the run of this screen is at its end. */
export const finished = (page: Page): Promise<void> => page.getByText(/^Finished: /).waitFor(WORK);

/** The lab with a very small model of nothing in place of its base, so that every stage takes seconds. */
export async function openTinyLab(
  browser: Browser,
  backend: 'wasm' | 'webgpu',
  options: Pick<LabOptions, 'viewport' | 'touch'> = {},
): Promise<OpenLab> {
  const { weights, config } = tinyModelFiles();
  const lab = await openLab(browser, {
    ...options,
    query: `?backend=${backend}`,
    files: {
      'base/small/model.safetensors': Buffer.from(weights),
      'base/small/config.json': config,
    },
  });
  const shown = { wasm: 'WASM', webgpu: 'WebGPU' }[backend];
  const status = lab.page.locator('footer').getByText(shown, { exact: true });
  await status.waitFor({ timeout: 120_000 });
  return lab;
}

/** All records of a store, as they are on the disk. */
export const stored = <T>(page: Page, store: string): Promise<T[]> =>
  page.evaluate(async (name) => {
    const ask = <R>(request: IDBRequest<R>) =>
      new Promise<R>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const db = await ask(indexedDB.open('rlhf-lab'));
    const found: T[] = await ask(db.transaction(name).objectStore(name).getAll());
    db.close();
    return found;
  }, store);
