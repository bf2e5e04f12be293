/**
 * The page's budget: at most 200 KB of compressed JavaScript before the worker. Counted by what the built page
 * names, so that a library that slips into the first screen is noticed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ROOT } from '../../src/cli/serve';

const BUDGET = 200 * 1024; // bytes
const DIST = join(ROOT, 'dist');

const codeOf = (path: string): string => readFileSync(join(DIST, path), 'utf8');

/** These scripts and all that they import, as paths below dist; not what is fetched later by `import(…)`. */
function withImports(paths: readonly string[]): string[] {
  const found = new Set(paths);
  for (const path of found)
    for (const [, name] of codeOf(path).matchAll(/(?:from|import)\s*"(\.[^"]+\.js)"/g))
      found.add(join(dirname(path), name!));
  return [...found];
}

/** What index.html loads, and the first screen, which the page asks for as soon as it runs. */
function scriptsOfHome(): string[] {
  const page = codeOf('index.html');
  const start = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((match) => match[1]!);
  const home = start.map((path) => /Home-[\w-]+\.js/.exec(codeOf(path))?.[0]).find((name) => name);
  if (!home) throw new Error('The built page names no first screen.');
  return withImports([...start, `assets/${home}`]);
}

const compressed = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(DIST, path))).byteLength, 0);

test('the page with its first screen stays within its budget of JavaScript', () => {
  expect(existsSync(join(DIST, 'index.html'))).toBe(true);
  const paths = scriptsOfHome();
  const bytes = compressed(paths);
  console.log(`${(bytes / 1024).toFixed(0)} KB compressed in ${paths.length} scripts`);
  expect(paths.length).toBeGreaterThan(3);
  expect(bytes).toBeLessThan(BUDGET);
});

test('neither the engine nor the charts are among them', () => {
  for (const path of scriptsOfHome()) {
    const code = readFileSync(join(DIST, path), 'utf8');
    expect(code.includes('registerKernel'), path).toBe(false);
    expect(path).not.toMatch(/uPlot|katex/i);
  }
});
