/**
 * `npm run screenshots`: pictures of every screen, wide light, wide dark and on a phone, for people to look at. The lab is
 * the real one: a short run of everything fills it first, on WASM, and is kept beside the pictures, so that
 * `npm run screenshots -- --again` can take them anew of the same lab.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import type { Page } from 'playwright-core';
import { components } from '../../src/ui/strings/components';
import { launch, openLab } from './chromium';
import { compare, drawLoss, fillLab, leaveTour, loadLab, report, saveLab, takeTour, trust } from './fill-lab'; // prettier-ignore
import { go } from './pressing';

const OUT = 'build/screenshots';
const LAB = join(OUT, 'lab.zip');

interface Shot {
  screen: string;
  /** What is done on it before the picture is taken, and after. */
  before?: (page: Page) => Promise<void>;
  after?: (page: Page) => Promise<void>;
  /** Of the picture, where it is not that of the screen. */
  name?: string;
}
const SHOTS: readonly Shot[] = [
  { screen: 'home' },
  { screen: 'home', name: 'tour', before: takeTour, after: leaveTour },
  { screen: 'demonstrations' },
  { screen: 'sft', before: drawLoss },
  { screen: 'samples' },
  { screen: 'rankings' },
  { screen: 'reward-model', before: trust },
  { screen: 'ppo' },
  { screen: 'evaluation' },
  { screen: 'evaluation/measures' },
  { screen: 'evaluation/test-sets' },
  { screen: 'evaluation/probes' },
  { screen: 'evaluation/report', before: report },
  { screen: 'compare', before: compare },
  { screen: 'over-optimisation' },
  { screen: 'exact' },
  { screen: 'checkpoints' },
];
const FORMATS = [
  { name: 'light-1440', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'dark-1440', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'light-360', width: 360, height: 740, colorScheme: 'light' },
] as const;
const PATIENCE = 60_000; // milliseconds

mkdirSync(OUT, { recursive: true });
const browser = await launch({ webgpu: false });
const lab = await openLab(browser, { query: '?backend=wasm' });
const { page } = lab;
page.setDefaultTimeout(PATIENCE);
await page
  .locator('footer')
  .getByText('WASM', { exact: true })
  .waitFor({ timeout: 5 * PATIENCE });

try {
  await fill();
} catch (error) {
  await page.screenshot({ path: join(OUT, 'failed.png'), fullPage: true });
  throw error;
}

async function fill(): Promise<void> {
  if (argv.includes('--again') && existsSync(LAB)) return loadLab(page, LAB);
  stdout.write('Doing everything once, so that there is something to see:\n');
  await fillLab(page, (name, seconds) => stdout.write(`  ${name} (${seconds.toFixed(0)} s)\n`));
  await saveLab(page, LAB);
}

/** The whole of a screen, drawn to its end: nothing is on its way, and no toast lies over it. */
async function picture(name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.locator('main[aria-busy="true"]').waitFor({ state: 'detached' });
  const toast = page.getByRole('status', { name: components.toast.label }).locator('*').first();
  await toast.waitFor({ state: 'detached' });
  // A window as high as the page: what sticks to the edges of the window is where it belongs.
  const { width, height } = page.viewportSize()!;
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(whole, height) });
  // Charts are drawn as they come into the window.
  await page.waitForFunction(() => document.querySelectorAll('.plot:empty').length === 0);
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  await page.setViewportSize({ width, height });
}

/** What README opens with: a window, as a person sees it. */
async function pictureOfReadme(): Promise<void> {
  await go(page, 'ppo');
  await page.locator('figure canvas').first().waitFor();
  await page.screenshot({ path: join(OUT, 'readme.png') });
}

for (const { name: format, width, height, colorScheme } of FORMATS) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  for (const { screen, name = screen.replace('/', '-'), before, after } of SHOTS) {
    await go(page, screen);
    await before?.(page);
    await picture(`${name}-${format}`);
    await after?.(page);
  }
  if (format === 'light-1440') await pictureOfReadme();
  stdout.write(`${format}: ${SHOTS.length} pictures in ${OUT}\n`);
}
lab.expectQuiet();
await lab.close();
await browser.close();
