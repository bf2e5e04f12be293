/**
 * The import table of this project, enforced: an import only points down it, there are no cycles, and each
 * package is imported only where it belongs. Types count as imports, since a part that needs another's
 * types cannot be read without it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { problemsOf, resolve } from './checking';
import { importsOf } from './reading';

const SRC = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src');

/** The sources of this project, without the AssemblyScript, which is another language. */
function ourSources(): Map<string, string> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(ts|svelte)$/.test(file) && !file.startsWith('kernels/simd/'))
    .filter((file) => !file.endsWith('.d.ts'));
  return new Map(files.sort().map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));
}

test('every import of src points down the table', () => {
  const sources = ourSources();
  expect(sources.size).toBeGreaterThan(3);
  expect(problemsOf(sources)).toEqual([]);
});

test('every relative import leads to a file', () => {
  const sources = ourSources();
  const lost: string[] = [];
  for (const [from, source] of sources)
    for (const { specifier } of importsOf(from, source)) {
      const path = join(SRC, dirname(from), specifier.replace(/\?.*$/, ''));
      const isBuilt = relative(join(SRC, '..'), path).startsWith('build');
      if (!specifier.startsWith('.') || isBuilt || existsSync(path)) continue;
      if (!resolve(from, specifier, sources)) lost.push(`src/${from} imports ${specifier}.`);
    }
  expect(lost).toEqual([]);
});

describe('the check itself', () => {
  const tree = (files: Record<string, string>) => problemsOf(new Map(Object.entries(files)));

  test('sees every form of import', () => {
    const source = `
      import a from './a';
      import type { B } from './b';
      import { type C } from './c';
      import './d.css';
      export { e } from './e';
      export type * from './f';
      const g = await import('./g');
      type H = import('./h').H;
      new Worker(new URL('./i.ts', import.meta.url), { type: 'module' });
      new URL('./not-this', location.href);
      // import j from './j';
      const k = "import k from './k'";`;
    const forms = { a: 'value', b: 'type', c: 'type', 'd.css': 'value', e: 'value', f: 'type' };
    const later = { g: 'value', h: 'type', 'i.ts': 'url' };
    const wanted = Object.entries({ ...forms, ...later }).map(([name, kind]) => ({
      specifier: `./${name}`,
      kind,
    }));
    expect(importsOf('x.ts', source)).toEqual(wanted);
    const component = `<script module>${source}</script><p>import z from './z'</p>`;
    expect(importsOf('x.svelte', component)).toEqual(wanted);
  });

  test('lets a tree be that keeps to the table', () => {
    const files = {
      'records.ts': '',
      'shapes.ts': `import type { Tensor } from '@tensorflow/tfjs-core';`,
      'data/tokenizer.ts': `import type { Id } from '../records';`,
      'model/model.ts': `import type { Tokenizer } from '../data/tokenizer'; import '../shapes';`,
      'stages/2-sft.ts': `import * as tf from '@tensorflow/tfjs-core'; import '../model/model';`,
      'workers/messages.ts': '',
      'workers/trainer.worker.ts': `import '../stages/2-sft'; import './messages';`,
      'workers/trainer.ts': `new Worker(new URL('./trainer.worker.ts', import.meta.url));`,
      'ui/App.svelte': `<script>import './stages/Sft.svelte';</script>`,
      'ui/stages/Sft.svelte': `<script>import '../components/Chart.svelte';</script>`,
      'ui/components/Chart.svelte': `<script>import 'uplot';</script>`,
      'main.ts': `import App from './ui/App.svelte';`,
    };
    expect(tree(files)).toEqual([]);
  });

  test.each([
    ['stages/2-sft.ts', `import '../stages/6-ppo'`, 'stages/6-ppo.ts', 'stages may not import'],
    ['algorithms/gae.ts', `import '../model/model'`, 'model/model.ts', 'algorithms may not import'],
    ['model/model.ts', `import { encode } from '../data/text'`, 'data/text.ts', 'import type'],
    [
      'ui/components/Chart.svelte',
      `import '../strings/ppo'`,
      'ui/strings/ppo.ts',
      'may not import',
    ],
    ['ui/components/Chart.svelte', `import '../../records'`, 'records.ts', 'ui/components may not'],
    ['ui/stages/Sft.svelte', `import '../../workers/trainer'`, 'workers/trainer.ts', 'ui/stages'],
    ['storage/labels.ts', `import '../model/model'`, 'model/model.ts', 'storage may not import'],
    ['cli/pipeline.ts', `import '../ui/state/lab'`, 'ui/state/lab.ts', 'cli may not import'],
    ['workers/messages.ts', `import './trainer'`, 'workers/trainer.ts', 'workers/messages may not'],
    ['workers/trainer.worker.ts', `import '../kernels/linear'`, 'kernels/linear.ts', 'may not'],
    ['records.ts', `import type { C } from './config'`, 'config.ts', 'records may not import'],
    ['main.ts', `import './ui/state/lab'`, 'ui/state/lab.ts', 'main may not import'],
  ])('finds that src/%s may not %s', (from, source, to, sentence) => {
    const code = from.endsWith('.svelte') ? `<script>${source};</script>` : source;
    const problems = tree({ [from]: code, [to]: '' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`src/${from} imports src/${to}`);
    expect(problems[0]).toContain(sentence);
  });

  test.each([
    ['ui/state/lab.svelte.ts', '@tensorflow/tfjs-core'],
    ['data/text.ts', '@tensorflow/tfjs-core'],
    ['workers/trainer.ts', '@tensorflow/tfjs-core'],
    ['stages/2-sft.ts', '@tensorflow/tfjs'],
    ['model/model.ts', 'node:fs'],
    ['ui/state/lab.svelte.ts', 'idb'],
    ['storage/labels.ts', 'svelte/store'],
  ])('finds that src/%s may not import the package %s', (from, name) => {
    const wanted = `src/${from} imports the package ${name}, which is not for that part.`;
    expect(tree({ [from]: `import '${name}';` })).toEqual([wanted]);
  });

  test('finds a circle, a stray file and a tensor library linked at the bottom', () => {
    const circle = { 'model/a.ts': `import './b'`, 'model/b.ts': `import type { A } from './a'` };
    expect(tree(circle)).toEqual([
      'Imports go round in a circle: src/model/a.ts -> src/model/b.ts -> src/model/a.ts.',
    ]);
    expect(tree({ 'utils/misc.ts': '' })).toEqual([
      'src/utils/misc.ts belongs to no part of the import table.',
    ]);
    expect(tree({ 'shapes.ts': `import * as tf from '@tensorflow/tfjs-core'` })).toEqual([
      'src/shapes.ts imports the package @tensorflow/tfjs-core for more than its types.',
    ]);
  });
});
