/** No screen has a fault that axe can find, light or dark, wide or on a phone. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCREENS } from '../../src/ui/screens';
import { launch, type OpenLab } from './chromium';
import { openTinyLab } from './pressing';

let browser: Browser;
let lab: OpenLab;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
  lab = await openTinyLab(browser, 'wasm');
});
afterAll(async () => {
  await lab.close();
  await browser.close();
});

const FORMATS = [
  { name: 'wide and light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'wide and dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'a phone', width: 360, height: 740, colorScheme: 'light' },
] as const;

test.each(SCREENS.flatMap(({ id }) => FORMATS.map((format) => ({ id, ...format }))))(
  '$id, $name',
  async ({ id, width, height, colorScheme }) => {
    const { page } = lab;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(`${lab.address}?backend=wasm#/${id}`);
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ help, nodes }) => `${help}: ${nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`); // prettier-ignore
    expect(found).toEqual([]);
  },
);
