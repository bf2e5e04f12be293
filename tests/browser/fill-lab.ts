/**
 * A lab with something on every screen, made as a person makes it: by pressing the buttons of the page. The tiny base and
 * the amounts of the tour keep it to minutes; everything that is shown afterwards was really trained and measured here.
 */
import type { Page } from 'playwright-core';
import { home } from '../../src/ui/strings/home';
import { labFile } from '../../src/ui/strings/lab-file';
import { rewardModel } from '../../src/ui/strings/reward-model';
import { tour } from '../../src/ui/strings/tour';
import { finished, go, press, set, WORK } from './pressing';

const BY_HAND = 10;
/** Rankings that are left to do, for the screen that asks for them. */
const LEFT = 40;

/** One thing that fills a part of the lab; the name is told while it is done. */
interface Deed {
  name: string;
  act: (page: Page) => Promise<void>;
}

/** The tour sets the amounts and the model, and is left for later. */
async function begin(page: Page): Promise<void> {
  await page.getByRole('button', { name: tour.card.start }).click(WORK);
  await page.locator('footer').getByText('tiny', { exact: true }).waitFor(WORK);
  await page.locator('#ask-answers dd').first().waitFor(WORK);
  await press(page, tour.leave);
}

async function demonstrate(page: Page): Promise<void> {
  await go(page, 'demonstrations');
  await press(page, 'Add one');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Prompt' }).fill('How do I ask for the red cup?');
  await dialog.getByRole('textbox', { name: 'Answer' }).fill('You say: May I have the red cup, please?'); // prettier-ignore
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Demonstration added.').waitFor();
}

async function fineTune(page: Page): Promise<void> {
  await go(page, 'sft');
  await press(page, 'Fine-tune');
  await finished(page);
}

async function draw(page: Page): Promise<void> {
  await go(page, 'samples');
  await press(page, 'Draw answers');
  await page.getByText(/^\d+ prompts were answered\.$/).waitFor(WORK);
}

async function rank(page: Page): Promise<void> {
  await go(page, 'rankings');
  for (let done = 0; done < BY_HAND; done++) {
    await page.getByText(new RegExp(`^${done} of \\d+$`)).first().waitFor(); // prettier-ignore
    await page.locator('[data-answer]').nth(3).waitFor();
    const keys = done % 3 ? ['2', 'ArrowUp', 'Enter'] : ['3', 'ArrowUp', 'ArrowUp', 'Enter'];
    for (const key of keys) await page.keyboard.press(key);
  }
  const total = await page.getByText(new RegExp(`^${BY_HAND} of \\d+$`)).first().innerText(); // prettier-ignore
  const rest = Number(total.split(' ').at(-1)) - BY_HAND - LEFT;
  await page.getByRole('spinbutton', { name: 'Samples' }).fill(String(rest));
  await press(page, `Rank ${rest} samples`);
  await page.getByText(`${rest} samples were ranked.`).waitFor(WORK);
}

async function learnTaste(page: Page): Promise<void> {
  await go(page, 'reward-model');
  await press(page, 'Train the reward model');
  await finished(page);
}

async function optimise(page: Page): Promise<void> {
  await go(page, 'ppo');
  await press(page, 'Optimise');
  await finished(page);
}

async function judge(page: Page): Promise<void> {
  await go(page, 'evaluation');
  await press(page, 'Begin');
  const match = page.getByRole('group', { name: 'Blind arena' });
  for (const key of ['a', 'b', 'a', '=', 'b', 'a', 'a', '0']) {
    await match.getByRole('button', { name: /A is better/ }).waitFor(WORK);
    await page.keyboard.press(key);
    await match.getByRole('button', { name: /^Next/ }).waitFor();
    await page.keyboard.press('Enter');
  }
  await set(page, 'Prompts', 60);
  await press(page, 'Evaluate');
  await page.getByText(/^Judged by rule: /).first().waitFor(WORK); // prettier-ignore
}

async function measure(page: Page): Promise<void> {
  await go(page, 'evaluation/measures');
  await press(page, 'Measure');
  await page.getByRole('table').getByText('Tokens per second').waitFor(WORK);
}

async function bringPrompts(page: Page): Promise<void> {
  await go(page, 'evaluation/test-sets');
  await press(page, 'Import a test set');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'or paste its text' }).fill('question,answer\nWhat colour is the sky?,blue\nWhere do fish live?,in the water|in water\nWhat does a cow eat?,grass\n'); // prettier-ignore
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Three questions of mine');
  await dialog.getByRole('button', { name: 'Save 3 prompts' }).click();
  await press(page, 'Measure on it');
  await press(page, 'Measure');
  await page.getByRole('table').getByText('Exactly an accepted answer').waitFor(WORK);
}

async function probe(page: Page): Promise<void> {
  await go(page, 'evaluation/probes');
  await press(page, 'Probe for bias');
  await page.getByText(/swapped$/).first().waitFor(WORK); // prettier-ignore
  const liked = page.getByRole('region', { name: 'What the reward model likes best' });
  await liked.getByRole('combobox', { name: 'Answers to each prompt' }).selectOption('16');
  await liked.getByRole('combobox', { name: 'Prompts' }).selectOption('8');
  await press(page, 'Search');
  await liked.getByText('Really better').waitFor(WORK);
  for (const verdict of ['Good', 'Bad', 'Good']) await press(page, verdict);
  await press(page, 'Probe the memory');
  await page.getByText(/^(No likelier|It ranks)/).waitFor(WORK);
}

async function ofKnownBest(page: Page): Promise<void> {
  await go(page, 'exact');
  await press(page, 'Train and measure');
  await page.getByRole('button', { name: 'Train again' }).waitFor(WORK);
}

async function push(page: Page): Promise<void> {
  await go(page, 'over-optimisation');
  await page.getByRole('textbox', { name: 'KL coefficients' }).fill('0, 0.2');
  await press(page, 'Run the sweep');
  await page.getByRole('button', { name: 'Run another sweep' }).waitFor(WORK);
}

const DEEDS: readonly Deed[] = [
  { name: 'the tour’s amounts', act: begin },
  { name: 'a demonstration', act: demonstrate },
  { name: 'fine-tuning', act: fineTune },
  { name: 'samples', act: draw },
  { name: 'rankings', act: rank },
  { name: 'a reward model', act: learnTaste },
  { name: 'PPO', act: optimise },
  { name: 'votes', act: judge },
  { name: 'measures', act: measure },
  { name: 'a test set', act: bringPrompts },
  { name: 'probes', act: probe },
  { name: 'the exact lab', act: ofKnownBest },
  { name: 'a sweep', act: push },
];

/** Fill an empty lab; `tell` hears what was done and the seconds that it took. */
export async function fillLab(
  page: Page,
  tell: (name: string, seconds: number) => void,
): Promise<void> {
  for (const { name, act } of DEEDS) {
    const began = performance.now();
    await act(page);
    tell(name, (performance.now() - began) / 1000);
  }
}

/** What is shown and not kept: to be done again before it is looked at. */
export async function compare(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Where do fish live?');
  await press(page, 'Ask them');
  await page.locator('.answer').nth(2).waitFor(WORK);
}
export async function report(page: Page): Promise<void> {
  await press(page, 'Make the report');
  await page.getByTitle('Preview of the report').waitFor(WORK);
}
export async function drawLoss(page: Page): Promise<void> {
  await press(page, 'Draw the loss');
  await page.locator('[aria-labelledby="token-loss"] .scale').waitFor(WORK);
}
export async function trust(page: Page): Promise<void> {
  await press(page, 'Measure on labels it never saw');
  await page.getByRole('button', { name: rewardModel.report.again }).waitFor(WORK);
}
/** The tour at the first step that has something to show. */
export async function takeTour(page: Page): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^(${tour.card.start}|${tour.card.goOn})$`) }).click(WORK); // prettier-ignore
  await page.locator('#ask-answers dd').first().waitFor(WORK);
}
export const leaveTour = (page: Page): Promise<void> => press(page, tour.leave);

export async function saveLab(page: Page, path: string): Promise<void> {
  await go(page, 'checkpoints');
  const downloading = page.waitForEvent('download', WORK);
  await press(page, labFile.export);
  await (await downloading).saveAs(path);
}

export async function loadLab(page: Page, path: string): Promise<void> {
  await go(page, 'checkpoints');
  const file = page.getByLabel(labFile.import);
  await file.and(page.locator(':enabled')).waitFor(WORK);
  const reloaded = page.waitForEvent('load', WORK);
  await file.setInputFiles(path);
  await reloaded;
  await go(page, 'home');
  await page.getByRole('button', { name: home.all.start }).and(page.locator(':enabled')).waitFor(WORK); // prettier-ignore
}
