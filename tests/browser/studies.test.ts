/**
 * The exact lab and the over-optimisation study, as a person uses them: by the keyboard, by the pointer, and again
 * after a reload. What is drawn is measured there and then, with a very small model in place of the base.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { launch, type OpenLab } from './chromium';
import { go, openTinyLab, press, set, WORK } from './pressing';

const PATIENCE = 60_000;
const A_LONG_TEST = { timeout: 3_600_000 };
const SMALL = 'a:a b:ac c:bde d:ae e:cd';

let browser: Browser;
let lab: OpenLab;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());
beforeEach(async () => {
  lab = await openTinyLab(browser, 'wasm');
  lab.page.setDefaultTimeout(PATIENCE);
}, 600_000);
afterEach(() => lab.close());

/** What the figure tells of the point in view, as screen readers hear it. */
const heard = (page: Page) => page.locator('figure.xy p[aria-live]');

/** Move the pointer onto a point of a figure. */
async function pointAt(page: Page, dot: string): Promise<void> {
  const box = (await page.locator(dot).first().boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
}

test(
  'the exact lab refuses what is no graph, trains, and is walked through by keyboard',
  A_LONG_TEST,
  async () => {
    const { page } = lab;
    await go(page, 'exact');
    const graph = page.getByRole('textbox', { name: 'Graph' });
    await graph.fill('a:a b:x');
    await page.getByText('Node b leads to x, which is no node.').waitFor();
    expect(await page.getByRole('button', { name: 'Train and measure' }).isDisabled()).toBe(true);
    await graph.fill(SMALL);

    // Before anything is trained, the best possible is known, and follows the slider.
    const figure = page.getByRole('group', { name: 'Reward against KL' });
    const optimumAt = async () => page.locator('path.dot.ring').first().getAttribute('transform');
    const before = await optimumAt();
    await set(page, 'β, what a nat of KL costs', 0.3);
    await expect.poll(optimumAt).not.toBe(before);
    for (const name of ['RLOO', 'GRPO', 'DPO']) await page.getByRole('checkbox', { name }).press('Space'); // prettier-ignore

    await page.getByRole('button', { name: 'Train and measure' }).press('Enter');
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('button', { name: 'Train again' }).waitFor(WORK);
    const row = page.getByRole('row', { name: /^PPO/ });
    const share = Number(await row.getByRole('cell').nth(3).innerText());
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThanOrEqual(1);

    await figure.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => heard(page).innerText()).toMatch(/^The reference: reward 0\.\d+, KL 0/);
    await page.keyboard.press('End');
    await expect.poll(() => heard(page).innerText()).toMatch(/^PPO, step 50 of 50/);
    await page.keyboard.press('Escape');
    await expect.poll(() => heard(page).innerText()).toBe('');
    await pointAt(page, 'path.dot.ring');
    await expect.poll(() => heard(page).innerText()).toMatch(/^The best possible policy/);

    await page.getByRole('radio', { name: 'PPO' }).check();
    await page.getByRole('img', { name: /with the walks of: PPO/ }).waitFor();
    await page.reload();
    await page.getByRole('row', { name: /^PPO/ }).waitFor({ timeout: 300_000 });
    expect(await page.getByRole('textbox', { name: 'Graph' }).inputValue()).toBe(SMALL);
    lab.expectQuiet();
  },
);

/** A fine-tuned model and a reward model, by all stages in a row, as small as they get. */
async function prepare(page: Page): Promise<void> {
  await go(page, 'sft');
  await set(page, 'Passes over the data', 1);
  await set(page, 'Batch size', 64);
  await set(page, 'Response length', 12);
  await go(page, 'samples');
  await set(page, 'Prompts', 12);
  await set(page, 'Answers per prompt, K', 3);
  await go(page, 'ppo');
  await set(page, 'Steps', 1);
  await set(page, 'Batch size', 4);
  await go(page, 'evaluation');
  await set(page, 'Prompts', 4);
  await go(page, 'home');
  const how = page.getByRole('region').filter({ has: page.getByRole('button', { name: 'Run everything' }) }); // prettier-ignore
  await how.getByRole('combobox').nth(0).selectOption('short');
  await how.getByRole('combobox').nth(1).selectOption('settings');
  await press(page, 'Run everything');
  await page.getByText('PPO, step 1').first().waitFor(WORK);
  await page.getByRole('button', { name: 'Run everything' }).and(page.locator(':enabled')).waitFor(WORK); // prettier-ignore
}

test(
  'the over-optimisation study is empty, then measured, stopped, gone on with, and kept',
  A_LONG_TEST,
  async () => {
    const { page } = lab;
    await go(page, 'over-optimisation');
    await page.getByText('There is nothing to push yet.').waitFor();
    await prepare(page);

    await go(page, 'over-optimisation');
    const coefficients = page.getByRole('textbox', { name: 'KL coefficients' });
    await coefficients.fill('0, lots');
    await page.getByText('“lots” is no KL coefficient.').waitFor();
    await coefficients.fill('0, 0.5');
    await page.getByRole('button', { name: 'Run the sweep' }).press('Enter');
    // The first run is over when the second has a point.
    await page.getByRole('rowheader', { name: 'β = 0.5' }).waitFor(WORK);
    await press(page, 'Stop');
    await press(page, 'Go on with the rest');
    await page.getByRole('button', { name: 'Run another sweep' }).waitFor(WORK);

    const figure = page.getByRole('group', { name: 'Gold against proxy' });
    await figure.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    await expect.poll(() => heard(page).innerText()).toMatch(/^PPO at β = 0, step 30: KL /);
    await page.getByRole('heading', { name: 'Answers from there' }).waitFor();
    await page.keyboard.press('Escape');
    await pointAt(page, 'figure.xy path.dot.triangle');
    await expect.poll(() => heard(page).innerText()).not.toBe('');

    for (const name of ['RL', 'best of n'])
      await page.getByRole('row', { name: new RegExp(`^${name}.*α = `) }).waitFor();
    await page.reload();
    await page.getByRole('rowheader', { name: 'β = 0.5' }).waitFor({ timeout: 300_000 });
    const kept = await page.getByRole('combobox', { name: 'Results' }).locator('option').count();
    expect(kept).toBe(1); // going on made no second study
    lab.expectQuiet();
  },
);
