/** The built page opens in a real browser, and is quiet while it does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch, openLab } from './chromium';

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test('the lab opens, has its title and a heading, and stays on its own origin', async () => {
  const lab = await openLab(browser, { query: '?backend=wasm' });
  expect(await lab.page.title()).toContain('RLHF Lab');
  await lab.page.getByRole('heading').first().waitFor();
  lab.expectQuiet();
  await lab.close();
});

test('what is not quiet is noticed', async () => {
  const lab = await openLab(browser, { query: '?backend=wasm' });
  await lab.page.evaluate(async () => {
    console.error('an error of the test');
    await fetch('no-such-file').catch(() => undefined);
    await fetch('http://other.invalid/').catch(() => undefined);
  });
  expect(() => lab.expectQuiet()).toThrow(/an error of the test/);
  const text = lab.problems.join('\n');
  expect(text).toContain('no-such-file was answered with 404');
  expect(text).toContain('A request left the origin: http://other.invalid/');
  lab.forgive(/an error of the test/);
  expect(lab.problems.join('\n')).not.toContain('an error of the test');
  expect(() => lab.forgive(/never seen/)).toThrow(/Nothing matched/);
  await lab.close();
});
