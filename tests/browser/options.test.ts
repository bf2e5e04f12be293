/**
 * What is built in beside the usual way, each begun from its own screen: noise for privacy in fine-tuning, an ensemble
 * for a reward model, a critic on the policy's trunk; and a run that is broken, and set back.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/records';
import { ppo as text } from '../../src/ui/strings/ppo';
import { configLabels as labels, optionLabels } from '../../src/ui/strings/config';
import { launch } from './chromium';
import { drawAndRank, finished, go, openTinyLab, press, set, stored } from './pressing';

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser?.close());

/** Open what is folded away on this screen. */
const unfold = (page: Page): Promise<void> =>
  page.locator('fieldset details').first().evaluate((details: HTMLDetailsElement) => void (details.open = true)); // prettier-ignore

const setting = (page: Page, name: string) =>
  page.getByRole('textbox', { name, exact: true }).first();

async function fineTunePrivately(page: Page): Promise<void> {
  await go(page, 'sft');
  await set(page, 'Passes over the data', 1);
  await set(page, 'Batch size', 64);
  await unfold(page);
  await set(page, labels.noiseMultiplier!, 2);
  await page.getByText(/beyond ε = [\d.]+ \(δ = /).waitFor();
  await press(page, 'Fine-tune');
  await finished(page);
  await page.getByRole('heading', { name: 'Privacy spent' }).waitFor();
}

async function trainThree(page: Page): Promise<void> {
  await go(page, 'reward-model');
  await set(page, 'Batch size', 2);
  await unfold(page);
  await set(page, labels.members!, 3);
  await set(page, labels.likelihood!, 0.5);
  await page.getByText(/^3 members: about /).waitFor();
  await press(page, 'Train the reward model');
  await finished(page);
  const run = (await stored<RunRecord>(page, 'runs')).find(({ stage }) => stage === 'reward-model');
  expect(run?.config).toMatchObject({ members: 3, likelihood: 0.5 });
}

async function optimiseOnOneTrunk(page: Page): Promise<void> {
  await go(page, 'ppo');
  await set(page, 'Steps', 3);
  await set(page, 'Batch size', 4);
  await unfold(page);
  await page.getByLabel(labels.valueTrunk!, { exact: true }).selectOption({ label: optionLabels.shared! }); // prettier-ignore
  await set(page, labels.spreadPenalty!, 0.5);
  await press(page, 'Optimise');
  await finished(page);
}

/** Only what "Break it" has changed goes back to what it was. */
async function breakAndSetBack(page: Page): Promise<void> {
  await set(page, labels.klCoefficient!, 0.07);
  const names = [
    labels.klCoefficient!,
    labels.klStop!,
    labels.learningRate!,
    labels.spreadPenalty!,
  ];
  const values = () => Promise.all(names.map((name) => setting(page, name).inputValue()));
  const before = await values();
  await press(page, text.breakIt);
  await page.getByText(text.broken).waitFor();
  expect(await values()).toEqual(['0', '0', '0.001', before[3]]);
  await press(page, text.breakBack);
  await page.getByText(text.broken).waitFor({ state: 'detached' });
  expect(await values()).toEqual(before);
}

test('private fine-tuning, an ensemble and a shared trunk run from their screens', { timeout: 600_000 }, async () => {
  const lab = await openTinyLab(browser, 'wasm');
  const { page } = lab;
  page.setDefaultTimeout(60_000);
  try {
    await fineTunePrivately(page);
    await drawAndRank(page, 6, 3);
    await trainThree(page);
    await optimiseOnOneTrunk(page);
    await breakAndSetBack(page);
    lab.expectQuiet();
  } catch (error) {
    await page.screenshot({ path: 'build/options.png', fullPage: true });
    throw error;
  } finally {
    await lab.close();
  }
}); // prettier-ignore
