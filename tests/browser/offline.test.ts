/**
 * The lab keeps itself: after one visit the network may go, and the page still opens, isolated and with its base
 * model, and trains. A new version is offered and never taken by itself.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../src/cli/serve';
import { cutNetwork, launch, openLab } from './chromium';

const PATIENCE = { timeout: 120_000 };
let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const backend = (page: Page) =>
  page.locator('footer').getByText('WASM', { exact: true }).waitFor(PATIENCE);
/** Resolves when everything is kept. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === 'activated') return;
    await new Promise<void>((done) =>
      active?.addEventListener('statechange', () => active.state === 'activated' && done()),
    );
  });

test('a new version is offered, and taken only when asked for', async () => {
  const lab = await openLab(browser, { query: '?backend=wasm', keeps: true });
  const { page } = lab;
  const script = join(ROOT, 'dist', 'sw.js');
  const before = readFileSync(script, 'utf8');
  try {
    await backend(page);
    await kept(page);
    await page.reload();
    await backend(page);
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    appendFileSync(script, '\n// another version\n');
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.getByText('An update is ready.').waitFor(PATIENCE);
    expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
    await page.getByRole('button', { name: 'Update now' }).click();
    await page.waitForFunction(() => !('notReloaded' in window), null, PATIENCE);
    await backend(page);
    expect(await page.getByText('An update is ready.').count()).toBe(0);
    lab.expectQuiet();
  } finally {
    writeFileSync(script, before);
    await lab.close();
  }
});

test('without a network the lab opens, is isolated, and trains', { timeout: 600_000 }, async () => {
  const lab = await openLab(browser, { query: '?backend=wasm', keeps: true });
  const { page, address } = lab;
  try {
    await backend(page);
    await kept(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    lab.expectQuiet();
    await cutNetwork();
    await page.goto(`${address}?backend=wasm#/sft`); // the same document: the screen is still to be loaded
    await page.getByRole('heading', { level: 2, name: 'Teach by example' }).waitFor(PATIENCE);
    await page.reload();
    await backend(page);
    const isGone = await page.evaluate(() => fetch('no-such-file').then(() => false, () => true)); // prettier-ignore
    expect(isGone).toBe(true);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.getByRole('button', { name: 'Fine-tune', exact: true }).click();
    await page
      .getByText(/^step [2-9] of /)
      .first()
      .waitFor({ timeout: 300_000 });
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText(/^Stopped at step \d+ of \d+/).waitFor(PATIENCE);
  } finally {
    await lab.close();
  }
});
