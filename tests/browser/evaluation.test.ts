/**
 * The evaluation screen in a real Chromium: models answer held-out prompts and every number leads to the answers behind
 * it; three models meet in the blind arena by keyboard alone; prompts of one's own are taken in and measured on; and the
 * report is downloaded and opened from disk without a network. With a very small model in place of the base, on WASM; the
 * others are fine-tuned here, for a moment.
 */
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Evaluation } from '../../src/records';
import { launch, type OpenLab } from './chromium';
import { drawAndRank, finished, go, openTinyLab, press, set, WORK } from './pressing';

const PATIENCE = 60_000;
const MODELS = 3;

let browser: Browser;
let lab: OpenLab;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
  lab = await openTinyLab(browser, 'wasm');
  const { page } = lab;
  page.setDefaultTimeout(PATIENCE);
  for (let passes = 1; passes < MODELS; passes++) await fineTune(page, passes);
}, 1_200_000);
afterAll(async () => {
  await lab.close();
  await browser.close();
});

async function fineTune(page: Page, passes: number): Promise<void> {
  await go(page, 'sft');
  await set(page, 'Passes over the data', passes);
  await set(page, 'Batch size', 128);
  await set(page, 'Response length', 12);
  await press(page, 'Fine-tune');
  await finished(page);
}

const storedEvaluations = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<Evaluation[]>((resolve, reject) => {
        const opening = indexedDB.open('rlhf-lab');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const all = db.transaction('evaluations').objectStore('evaluations').getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            db.close();
            resolve(all.result);
          };
        };
      }),
  );

test('three models meet in the blind arena, by keyboard alone', WORK, async () => {
  const { page } = lab;
  await go(page, 'evaluation');
  const boxes = page.getByRole('group', { name: /^Models/ }).getByRole('checkbox');
  await boxes.nth(2).waitFor();
  const names = await page
    .getByRole('group', { name: /^Models/ })
    .locator('label')
    .allInnerTexts();
  expect(names).toHaveLength(MODELS);
  for (let i = 0; i < MODELS; i++) {
    await boxes.nth(i).focus();
    if (!(await boxes.nth(i).isChecked())) await page.keyboard.press('Space');
  }
  await page.getByRole('button', { name: 'Begin', exact: true }).focus();
  await page.keyboard.press('Enter');
  const match = page.getByRole('group', { name: 'Blind arena' });
  await match.waitFor(WORK);

  const votes = ['a', 'ArrowRight', '=', '0', 'b', 'ArrowLeft'];
  for (const [i, key] of votes.entries()) {
    await match.getByRole('button', { name: /A is better/ }).waitFor(WORK);
    // The names stand in elements of their own, since a model may well say the word "small" itself.
    expect(await match.locator('.word').count()).toBe(0);
    await page.keyboard.press(key);
    await match.getByRole('button', { name: /^Next/ }).waitFor();
    const revealed = await match.locator('.word').allInnerTexts();
    expect(new Set(revealed).size).toBe(2);
    for (const name of revealed) expect(names.map((each) => each.trim())).toContain(name.trim());
    if (i < votes.length - 1) await page.keyboard.press('Enter');
  }
  await page.getByRole('heading', { name: 'Judged by you' }).waitFor();
  await page.getByText(`${votes.length} votes`).waitFor();

  // The last vote is taken back and given otherwise; what counts is on the disk.
  await page.keyboard.press('u');
  await page.getByText(`${votes.length - 1} votes`).waitFor();
  await page.keyboard.press('0');
  await page.getByText(`${votes.length} votes`).waitFor();
  const contests = (await storedEvaluations(page)).flatMap((each) => each.contests);
  const outcomes = contests.map(({ outcome }) => outcome);
  expect(outcomes.filter((each) => each === 'tie')).toHaveLength(1);
  expect(outcomes.filter((each) => each === 'both-bad')).toHaveLength(2);
  expect(outcomes.filter((each) => each === 'win' || each === 'loss')).toHaveLength(3);
  expect(new Set(contests.map(({ prompt }) => prompt.id)).size).toBe(votes.length);
  // Every two of three have had their turn twice.
  expect((await storedEvaluations(page)).map((each) => each.contests.length)).toEqual([2, 2, 2]);
  lab.expectQuiet();
});

test('a rule judges the same models, apart from the person', WORK, async () => {
  const { page } = lab;
  await set(page, 'Prompts', 40);
  await press(page, 'Evaluate');
  await page.getByText(/^Judged by rule: /).first().waitFor(WORK); // prettier-ignore
  await page.getByText('120 votes').waitFor(WORK);
  await page.getByText('6 votes').waitFor();
  lab.expectQuiet();
});

test('a number of the measures leads to the answers behind it', WORK, async () => {
  const { page } = lab;
  await page.getByRole('tab', { name: 'Arena' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(/#\/evaluation\/measures$/);
  await page.getByText('Nothing has been measured yet.').waitFor();
  await press(page, 'Measure');
  const table = page.getByRole('table');
  await table.getByText('Tokens per second').waitFor(WORK);

  // A model that has learnt nothing does nothing of what was asked: all its answers count.
  const asked = table.getByRole('button', { name: /^Does what was asked, [^:]*: 0%/ }).first();
  await asked.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('40 of 40 answers count against the model.').waitFor();
  expect(await dialog.locator('li').count()).toBe(10);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByText('11 to 20 of 40').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  // No incident was seen, which is told as a bound.
  const safety = table.getByRole('button', { name: /^Safety incidents/ }).first();
  expect(await safety.innerText()).toBe('none seen');
  await safety.click();
  await dialog.getByText(/up to 72 per 1,000 would still go unseen/).waitFor(); // 1 − 0.05^(1/40)
  await page.keyboard.press('Escape');

  // What was measured is on the disk.
  await page.reload();
  await page.getByRole('table').getByText('none seen').first().waitFor(WORK);
  lab.expectQuiet();
});

test(
  'prompts of one’s own are previewed, kept, measured on, and come out with scores',
  WORK,
  async () => {
    const { page } = lab;
    await page.getByRole('tab', { name: 'Test sets' }).click();
    await press(page, 'Import a test set');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'or paste its text' }).fill('ask,right,note\nWhat colour is the sky?,blue|light blue,x\n,red,x\nWho are you?,nobody,y\nToo,few\n'); // prettier-ignore
    await dialog.getByText('no accepted answer').first().waitFor(); // no column of answers is known yet
    await dialog.getByRole('combobox', { name: 'Accepted answers' }).selectOption('right');
    await dialog.getByText('2 prompts will be taken.').waitFor();
    await dialog.getByText('Line 3.').waitFor();
    await dialog.getByText('Line 5.').waitFor();
    await dialog.getByText('blue, light blue').waitFor();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Mine');
    await dialog.getByRole('button', { name: 'Save 2 prompts' }).click();
    await press(page, 'Measure on it');
    await press(page, 'Measure');
    await page.getByRole('table').getByText('Exactly an accepted answer').waitFor(WORK);
    const downloading = page.waitForEvent('download');
    await press(page, /^Answers of .* as CSV$/);
    const csv = await readFile(await (await downloading).path(), 'utf8');
    expect(csv.split('\r\n')[0]).toContain('prompt,task,checkpointId,answer,finished,tokens,gold');
    expect(csv).toContain('What colour is the sky?');
    lab.expectQuiet();
  },
);

test('the report is opened from disk without a network and asks for nothing', WORK, async () => {
  const { page } = lab;
  await page.getByRole('tab', { name: 'Report' }).click();
  await press(page, 'Make the report');
  await page.getByTitle('Preview of the report').waitFor(WORK);
  const inside = page.frameLocator('iframe').getByRole('heading', { level: 1 });
  await inside.waitFor();
  const saved = async (button: string, as: string) => {
    const downloading = page.waitForEvent('download');
    await press(page, button);
    const path = join(mkdtempSync(join(tmpdir(), 'report-')), as);
    await (await downloading).saveAs(path);
    return path;
  };
  const html = await saved('Download as a page (HTML)', 'report.html');
  const markdown = await readFile(await saved('Download as text (Markdown)', 'report.md'), 'utf8');
  lab.expectQuiet();

  const context = await browser.newContext({ offline: true });
  const requests: string[] = [];
  const problems: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  context.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  const reader = await context.newPage();
  await reader.goto(pathToFileURL(html).href);
  const text = await reader.locator('main').innerText();
  if (process.env['PICTURES'])
    await reader.screenshot({ path: join(process.env['PICTURES'], 'report.png'), fullPage: true });
  for (const part of [
    'Result',
    'Measures',
    'Ratings and win rates',
    'Cost of an answer',
    'Model card',
    'Data card',
    'Guidelines',
    'Training',
    'Samples',
    'Settings',
    'Lineage',
    'Known limits',
  ]) {
    // prettier-ignore
    expect(text).toContain(part);
    expect(markdown).toContain(part);
  }
  expect(text).toContain('blind contests on held-out prompts');
  expect(text).toMatch(/Safety incidents.*per 1,000/);
  expect(await reader.locator('svg polyline').count()).toBeGreaterThan(0);
  expect(requests).toEqual([pathToFileURL(html).href]);
  expect(problems).toEqual([]);
  const { violations } = await new AxeBuilder({ page: reader }).analyze();
  expect(violations.map(({ help }) => help)).toEqual([]);
  await context.close();
});

test.each(['arena', 'measures', 'test-sets', 'probes', 'report'])(
  'axe finds nothing in the part %s, light, dark and on a phone',
  WORK,
  async (part) => {
    const { page } = lab;
    await go(page, `evaluation/${part}`);
    await page.getByRole('tabpanel').waitFor();
    for (const [width, colorScheme] of [
      [1440, 'light'],
      [1440, 'dark'],
      [360, 'light'],
    ] as const) {
      // prettier-ignore
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
      expect(violations.map(({ help, nodes }) => `${help}: ${nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)).toEqual([]); // prettier-ignore
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(sideways).toBe(false);
      // For people to look at.
      if (process.env['PICTURES'])
        await page.screenshot({ path: join(process.env['PICTURES'], `evaluation-${part}-${width}-${colorScheme}.png`), fullPage: true }); // prettier-ignore
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  },
);

test('a vote is of whoever sits there', WORK, async () => {
  const { page } = lab;
  await drawAndRank(page, 2, 2);
  await press(page, 'People and order');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name of one more person' }).fill('Ada');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByRole('textbox', { name: 'Name of Ada' }).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();

  await go(page, 'evaluation/arena');
  const before = (await storedEvaluations(page)).length;
  await page.getByRole('combobox', { name: 'Voting now' }).selectOption({ label: 'Ada' });
  await press(page, 'Begin');
  const match = page.getByRole('group', { name: 'Blind arena' });
  await match.getByRole('button', { name: /A is better/ }).click(WORK);
  await match.getByRole('button', { name: /^Next/ }).waitFor();
  await page.getByRole('heading', { name: 'Judged by Ada' }).waitFor();
  const evaluations = await storedEvaluations(page);
  expect(evaluations).toHaveLength(before + 1);
  expect(evaluations.filter(({ judge }) => judge.name === 'Ada').map(({ contests }) => contests.length)).toEqual([1]); // prettier-ignore
  lab.expectQuiet();
});
