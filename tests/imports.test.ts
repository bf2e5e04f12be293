/**
 * The import table of this project, enforced: an import only points down it, there are no cycles, and each
 * package is imported only where it belongs. Types count as imports, since a part that needs another's
 * types cannot be read without it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const SRC = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

// ── Reading imports ───────────────────────────────────────────────────────────────────────────────

interface Import {
  /** As it is written: './gae', '@tensorflow/tfjs-core', 'node:fs'. */
  specifier: string;
  /** `url` is `new URL('…', import.meta.url)`: a file that is named, such as a worker, not linked. */
  kind: 'value' | 'type' | 'url';
}

/** Whether an import or export clause brings in types only, in either of the two spellings. */
function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  if (clause.name || !names || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

/** What one node imports, if it is an import of any form. */
function importOf(node: ts.Node): Import | null {
  const text = (literal: ts.Node | undefined) =>
    literal && ts.isStringLiteralLike(literal) ? literal.text : null;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const specifier = text(node.moduleSpecifier);
    return specifier === null ? null : { specifier, kind: isTypeOnly(node) ? 'type' : 'value' };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const specifier = text(node.argument.literal);
    return specifier === null ? null : { specifier, kind: 'type' };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const specifier = text(node.arguments[0]);
    return specifier === null ? null : { specifier, kind: 'value' };
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
    const specifier = text(node.arguments?.[0]);
    const isRelative = node.arguments?.[1]?.getText() === 'import.meta.url';
    return specifier === null || !isRelative ? null : { specifier, kind: 'url' };
  }
  return null;
}

/** Every import of a TypeScript or Svelte source, of whatever form. */
export function importsOf(file: string, source: string): Import[] {
  const scripts = /<script\b[^>]*>([\s\S]*?)<\/script>/g;
  const code = file.endsWith('.svelte')
    ? [...source.matchAll(scripts)].map((match) => match[1]).join('\n')
    : source;
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const one = importOf(node);
    if (one) found.push(one);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(`${file}.ts`, code, ts.ScriptTarget.Latest, true));
  return found;
}

// ── The table ─────────────────────────────────────────────────────────────────────────────────────

interface Row {
  /** Files of the part, below src. The first row that matches is a file's part. */
  files: RegExp;
  /** Files that it may import beside those of its own part. */
  imports: RegExp[];
  /** Whether files of the part may import one another. */
  own: boolean;
}

/** The bottom of the table, importable by all who do not have to know less. */
const BOTTOM = /^(records|config|shapes|random)\.ts$/;
const RANDOM = /^random\.ts$/;
const SHAPES = /^shapes\.ts$/;
const PLAIN = /^(records|config|random|studies)\.ts$/;
/** Statistics on plain numbers, which know no tensor: for measures, reports and the page's own counting. */
const STATISTICS =
  /^algorithms\/(statistics|win-rate|special-functions|proportion|bootstrap|agreement|consensus|ratings|calibration|reward-report|exact-match|dp-accountant|exposure|diagnostics|alarms|exact-optimum|over-optimisation)\.ts$/;
const part = (name: string) => new RegExp(`^${name}/`);
const OPTIMISE = /^optimise\.ts$/;
const MESSAGES = /^workers\/messages\.ts$/;
const PAGE_ENDS = /^workers\/(trainer|world)\.ts$/;

const TABLE: Record<string, Row> = {
  // Its tables lie in a folder of their own, which is nobody else's: all import `config.ts`.
  config: { files: /^config(\/[\w-]+)?\.ts$/, imports: [], own: true },
  bottom: { files: BOTTOM, imports: [], own: false },
  // The records of the studies: records like any others, in the terms of the statistics that they hold.
  studies: { files: /^studies(\.ts$|\/)/, imports: [PLAIN, STATISTICS], own: true },
  kernels: { files: part('kernels'), imports: [SHAPES, RANDOM], own: true },
  data: { files: part('data'), imports: [PLAIN, STATISTICS], own: true },
  model: { files: part('model'), imports: [part('kernels'), BOTTOM, part('data')], own: true },
  algorithms: { files: part('algorithms'), imports: [part('kernels'), SHAPES, RANDOM], own: true },
  // What several stages are made of, since no stage may import another.
  training: {
    files: part('training'),
    imports: [part('algorithms'), part('model'), part('data'), BOTTOM],
    own: true,
  },
  stages: {
    files: part('stages'),
    imports: [part('training'), part('algorithms'), part('model'), part('data'), BOTTOM],
    own: false,
  },
  optimise: { files: OPTIMISE, imports: [part('stages'), PLAIN], own: false },
  pipeline: {
    files: /^pipeline\.ts$/,
    imports: [part('stages'), OPTIMISE, PLAIN],
    own: false,
  },
  // It measures by listing all responses, which no stage does, so it reaches further down.
  'exact-lab': {
    files: /^exact-lab(\.ts$|\/)/,
    imports: [part('stages'), part('algorithms'), part('model'), part('data'), PLAIN],
    own: true,
  },
  'over-optimisation': {
    files: /^over-optimisation(\.ts$|\/)/,
    imports: [part('stages'), part('algorithms'), part('model'), part('data'), PLAIN],
    own: true,
  },
  storage: { files: part('storage'), imports: [PLAIN], own: true },
  'workers/messages': { files: MESSAGES, imports: [PLAIN], own: false },
  // The page's ends of its workers.
  'workers/trainer': {
    files: PAGE_ENDS,
    imports: [PLAIN, MESSAGES],
    own: false,
  },
  'workers/trainer.worker': {
    files: part('workers'),
    imports: [
      /^(pipeline|optimise|exact-lab|over-optimisation)\.ts$/,
      part('stages'),
      part('model'),
      part('storage'),
      /^kernels\/engine[\w-]*\.ts$/,
      part('data'),
      PLAIN,
      SHAPES,
      MESSAGES,
    ],
    own: true,
  },
  // Every word on the screen; each folder has its own file, so components read none of the lab's.
  'ui/strings': { files: part('ui/strings'), imports: [PLAIN], own: true },
  'ui/state': {
    files: part('ui/state'),
    imports: [
      PAGE_ENDS,
      MESSAGES,
      part('storage'),
      part('data'),
      STATISTICS, // the page's own votes are counted like any other
      part('ui/strings'),
      PLAIN,
    ],
    own: true,
  },
  'ui/components': {
    files: part('ui/components'),
    imports: [/^ui\/strings\/components\.ts$/],
    own: true,
  },
  'ui/stages': {
    files: part('ui/stages'),
    imports: [part('ui/state'), part('ui/components'), part('ui/strings'), PLAIN],
    own: true,
  },
  ui: {
    files: part('ui'),
    imports: [
      part('ui/state'),
      part('ui/stages'),
      part('ui/components'),
      part('ui/strings'),
      PLAIN,
    ],
    own: true,
  },
  main: { files: /^main\.ts$/, imports: [/^ui\/App\.svelte$/], own: false },
  cli: { files: part('cli'), imports: [/^(?!ui\/|main\.ts)/], own: true },
};

/** Imports that are allowed as types only. */
const TYPES_ONLY: { from: RegExp; to: RegExp }[] = [{ from: part('model'), to: part('data') }];

/** The page's end starts the worker by naming its file, which is not an import of it. */
const startsWorker = (from: string, to: string): boolean =>
  PAGE_ENDS.test(from) && to === from.replace(/\.ts$/, '.worker.ts');

/** Where a package may be imported. What is not listed may be imported by every part that is. */
const PACKAGES: { name: RegExp; files: RegExp }[] = [
  {
    name: /^@tensorflow\/tfjs-core(\/|$)/,
    files:
      /^(shapes\.ts|(kernels|model|algorithms|training|stages|cli)\/|workers\/(?!trainer\.ts|world|messages))/,
  },
  { name: /^@tensorflow\/(?!tfjs-core(\/|$))/, files: /^(kernels|cli)\// },
  { name: /^idb(\/|$)/, files: /^storage\// },
  { name: /^comlink(\/|$)/, files: /^workers\// },
  { name: /^(svelte|svelte-.*|bits-ui|uplot|katex)(\/|$)/, files: /^(ui\/|main\.ts)/ },
  { name: /^node:/, files: /^cli\/|-node\.ts$/ },
  { name: /^webgpu(\/|$)/, files: /^kernels\/engine-node\.ts$/ },
];

// ── Checking ──────────────────────────────────────────────────────────────────────────────────────

/** Sources by path below src. */
type Sources = ReadonlyMap<string, string>;

interface Edge {
  from: string;
  to: string;
  kind: Import['kind'];
}

const partOf = (file: string): string | undefined =>
  Object.keys(TABLE).find((name) => TABLE[name]?.files.test(file));

/** The file of ours that a relative specifier means; undefined for styles, data and compiled kernels. */
function resolve(from: string, specifier: string, sources: Sources): string | undefined {
  const path = join(dirname(from), specifier.replace(/\?.*$/, ''));
  return [path, `${path}.ts`, path.replace(/\.js$/, '.ts'), `${path}/index.ts`].find((candidate) =>
    sources.has(candidate),
  );
}

/** Why an import of one file of ours by another is not allowed, as a sentence; null where it is. */
export function problemOfEdge({ from, to, kind }: Edge): string | null {
  if (kind === 'url' && startsWorker(from, to)) return null;
  const name = partOf(from);
  const row = name === undefined ? undefined : TABLE[name];
  if (!name || !row) return `src/${from} belongs to no part of the import table.`;
  if (row.own && partOf(to) === name) return null;
  if (!row.imports.some((allowed) => allowed.test(to)))
    return `src/${from} imports src/${to}, which ${name} may not import.`;
  const typesOnly = TYPES_ONLY.some((rule) => rule.from.test(from) && rule.to.test(to));
  if (typesOnly && kind !== 'type')
    return `src/${from} imports src/${to} for more than its types; write "import type".`;
  return null;
}

function problemOfPackage(from: string, { specifier, kind }: Import): string | null {
  const rule = PACKAGES.find(({ name }) => name.test(specifier));
  if (rule && !rule.files.test(from))
    return `src/${from} imports the package ${specifier}, which is not for that part.`;
  if (rule && partOf(from) === 'bottom' && kind !== 'type')
    return `src/${from} imports the package ${specifier} for more than its types.`;
  return null;
}

/** One sentence for each cycle, found by walking down from every file once. */
function cyclesOf(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, path: string[]): void => {
    const seenAt = path.indexOf(file);
    if (seenAt >= 0) {
      const cycle = [...path.slice(seenAt), file].map((each) => `src/${each}`);
      found.push(`Imports go round in a circle: ${cycle.join(' -> ')}.`);
      return;
    }
    if (done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return found;
}

/** Everything that is wrong with the imports of a tree, a sentence each. */
export function problemsOf(sources: Sources): string[] {
  const problems: string[] = [];
  const edges: Edge[] = [];
  for (const [from, source] of sources) {
    if (!partOf(from)) problems.push(`src/${from} belongs to no part of the import table.`);
    for (const each of importsOf(from, source)) {
      if (each.specifier.startsWith('.') || each.kind === 'url') {
        const to = resolve(from, each.specifier, sources);
        if (to) edges.push({ from, to, kind: each.kind });
      } else {
        const problem = problemOfPackage(from, each);
        if (problem) problems.push(problem);
      }
    }
  }
  const refused = edges.map(problemOfEdge).filter((problem) => problem !== null);
  return [...new Set([...problems, ...refused, ...cyclesOf(edges)])];
}

/** The sources of this project, without the AssemblyScript, which is another language. */
function ourSources(): Map<string, string> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(ts|svelte)$/.test(file) && !file.startsWith('kernels/simd/'))
    .filter((file) => !file.endsWith('.d.ts'));
  return new Map(files.sort().map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));
}

// ── Tests ─────────────────────────────────────────────────────────────────────────────────────────

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
    ['records.ts', `import type { C } from './config'`, 'config.ts', 'bottom may not import'],
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
