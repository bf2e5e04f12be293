/**
 * `npm run screenshots`: pictures of every screen, wide light, wide dark and on a phone, for people to look at.
 * The lab is the real one: a short run of everything fills it first, on WASM.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stdout } from 'node:process';
import { launch, openLab } from './chromium';

const OUT = 'build/screenshots';
const SCREENS = [
  'home',
  'demonstrations',
  'sft',
  'samples',
  'rankings',
  'reward-model',
  'ppo',
  'evaluation',
  'evaluation/measures',
  'evaluation/test-sets',
  'evaluation/probes',
  'evaluation/report',
  'compare',
  'over-optimisation',
  'exact',
  'checkpoints',
];
const FORMATS = [
  { name: 'light-1440', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'dark-1440', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'light-360', width: 360, height: 740, colorScheme: 'light' },
] as const;
const A_LONG_RUN = 30 * 60_000; // milliseconds

mkdirSync(OUT, { recursive: true });
const browser = await launch({ webgpu: false });
const lab = await openLab(browser, { query: '?backend=wasm' });
const { page } = lab;
await page.locator('footer').getByText('WASM', { exact: true }).waitFor({ timeout: 60_000 });
stdout.write('Running everything once, so that there is something to see.\n');
await page.getByRole('button', { name: 'Run everything' }).click();
const optimized = page.getByText('PPO, step', { exact: false }).first();
await optimized.waitFor({ timeout: A_LONG_RUN });
await page.getByRole('button', { name: 'Run everything' }).and(page.locator(':enabled')).waitFor({ timeout: A_LONG_RUN }); // prettier-ignore

for (const { name, width, height, colorScheme } of FORMATS) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  for (const screen of SCREENS) {
    await page.evaluate((to) => (location.hash = `#/${to}`), screen);
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(OUT, `${screen.replace('/', '-')}-${name}.png`) });
  }
  stdout.write(`${name}: ${SCREENS.length} pictures in ${OUT}\n`);
}
lab.expectQuiet();
await lab.close();
await browser.close();
