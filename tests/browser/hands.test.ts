/**
 * The main job of each screen, from the first demonstration to a vote, done twice: with nothing but a keyboard at a desk,
 * where what is pressed must be reached by Tab, and with nothing but taps on a phone of 360 pixels.
 */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from './chromium';
import { finished, openTinyLab, WORK } from './pressing';

/** How somebody reaches what they see. */
interface Hand {
  /** Press a button or a link. */
  press(target: Locator): Promise<void>;
  /** Replace what stands in a field. */
  write(field: Locator, text: string): Promise<void>;
  /** Put the second answer on top, and save. */
  rank(page: Page): Promise<void>;
}

/** More stops than any screen has. */
const STOPS = 400;

/** Tab forward from where the focus is until it is there, as whoever has no mouse must. */
async function tabTo(target: Locator): Promise<void> {
  const page = target.page();
  await target.and(page.locator(':enabled, a')).waitFor(WORK);
  for (let stop = 0; stop < STOPS; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${STOPS} presses of Tab did not lead to ${target}.`);
}

const KEYBOARD: Hand = {
  async press(target) {
    await tabTo(target);
    await target.page().keyboard.press('Enter');
  },
  async write(field, text) {
    await tabTo(field);
    await field.page().keyboard.press('ControlOrMeta+a');
    await field.page().keyboard.type(text);
    await field.page().keyboard.press('Tab');
  },
  async rank(page) {
    for (const key of ['2', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  },
};

const FINGER: Hand = {
  press: (target) => target.tap(WORK),
  async write(field, text) {
    await field.tap();
    await field.fill(text);
    await field.blur();
  },
  async rank(page) {
    await page.locator('[data-choose]').nth(1).tap();
    await page.getByRole('button', { name: 'Move up' }).tap();
    await page.getByRole('button', { name: 'Save and next' }).tap();
  },
};

/** The walk, by whichever hand. */
async function walk(page: Page, hand: Hand): Promise<void> {
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' }).first();
  const field = (name: string) => page.getByRole('textbox', { name, exact: true }).first();
  const to = async (id: string) => {
    await hand.press(page.locator(`nav a[data-id="${id}"]`));
    await page.locator(`nav a[data-id="${id}"][aria-current]`).waitFor();
  };

  await to('demonstrations');
  await hand.press(button('Add one'));
  const dialog = page.getByRole('dialog');
  await hand.write(dialog.getByRole('textbox', { name: 'Prompt' }), 'What does the hand say?');
  await hand.write(dialog.getByRole('textbox', { name: 'Answer' }), 'The hand says hello.');
  await hand.press(dialog.getByRole('button', { name: 'Save', exact: true }));
  await page.getByText('Demonstration added.').waitFor();

  await to('sft');
  await hand.write(field('Passes over the data'), '1');
  await hand.write(field('Batch size'), '128');
  await hand.press(button('Fine-tune'));
  await finished(page);

  await to('samples');
  await hand.write(field('Prompts'), '4');
  await hand.write(field('Answers per prompt, K'), '2');
  await hand.press(button('Draw answers'));
  await page.getByText('4 prompts were answered.').waitFor(WORK);

  await to('rankings');
  for (let done = 0; done < 4; done++) {
    await page.getByText(`${done} of 4`, { exact: true }).first().waitFor();
    await page.locator('[data-answer]').nth(1).waitFor();
    await hand.rank(page);
  }
  await page.getByText('Every sample has its verdict.').waitFor();

  await to('reward-model');
  await hand.press(button('Train the reward model'));
  await finished(page);

  await to('ppo');
  await hand.write(field('Steps'), '2');
  await hand.write(field('Batch size'), '4');
  await hand.press(button('Optimise'));
  await finished(page);

  await to('evaluation');
  await hand.press(button('Begin'));
  const match = page.getByRole('group', { name: 'Blind arena' });
  await hand.press(match.getByRole('button', { name: /A is better/ }));
  await match.getByRole('button', { name: /^Next/ }).waitFor();
  await page.getByText('1 vote', { exact: false }).first().waitFor();

  await to('compare');
  await hand.write(field('Prompt'), 'What does the hand say?');
  await hand.press(button('Ask them'));
  await page.locator('.answer').nth(2).waitFor(WORK);
}

describe.each([
  { by: 'keyboard alone, at a desk', hand: KEYBOARD, options: {} },
  {
    by: 'taps alone, on a phone',
    hand: FINGER,
    options: { viewport: { width: 360, height: 740 }, touch: true },
  },
])('every main job by $by', ({ by, hand, options }) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch({ webgpu: false });
  });
  afterAll(() => browser.close());

  test('from a demonstration to a vote', { timeout: 600_000 }, async () => {
    const lab = await openTinyLab(browser, 'wasm', options);
    lab.page.setDefaultTimeout(30_000);
    try {
      await walk(lab.page, hand);
      const [scrollWidth, clientWidth] = await lab.page.evaluate(
        () => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const,
      );
      expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
      lab.expectQuiet();
    } catch (error) {
      await lab.page.screenshot({ path: `build/hands-${by.split(' ')[0]}.png` });
      throw error;
    } finally {
      await lab.close();
    }
  });
});
