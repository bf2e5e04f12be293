/** A person reads the card of another base model, begins from it, and keeps what they wrote. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { launch, openLab } from './chromium';

const WORK = { timeout: 30_000 };
let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test('changing the base model keeps demonstrations, and the lab answers with the new one', async () => {
  const lab = await openLab(browser, { query: '?backend=wasm' });
  const { page } = lab;
  page.setDefaultTimeout(15_000);
  const status = page.locator('footer');
  await status.getByText('small', { exact: false }).waitFor(WORK);
  const demonstrations = page.getByText('1200 demonstrations', { exact: true }).first();
  await demonstrations.waitFor(WORK);

  await page.getByRole('button', { name: /Model card ?: tiny/ }).click();
  const card = page.getByRole('dialog', { name: 'Model card: tiny' });
  await card.getByText('TinyStories', { exact: false }).first().waitFor();
  await card.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: /Use it ?: tiny/ }).click();
  await status.getByText('tiny', { exact: false }).waitFor(WORK);
  await demonstrations.waitFor();
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.locator('main').getByText('tiny', { exact: false }).first().waitFor(WORK);

  // It is the project's base from now on.
  await page.reload();
  await status.getByText('tiny', { exact: false }).waitFor(WORK);
  lab.expectQuiet();
  await lab.close();
});
