/** What is wrong with the imports of a tree of sources: those that the table does not have, and circles. */
import { dirname, join } from 'node:path';
import { importsOf, type Import } from './reading';
import { PACKAGES, startsWorker, TABLE, TYPES_ONLY } from './table';

/** Sources by path below src. */
export type Sources = ReadonlyMap<string, string>;

interface Edge {
  from: string;
  to: string;
  kind: Import['kind'];
}

const partOf = (file: string): string | undefined =>
  Object.keys(TABLE).find((name) => TABLE[name]?.files.test(file));

/** The file of ours that a relative specifier means; undefined for styles, data and compiled kernels. */
export function resolve(from: string, specifier: string, sources: Sources): string | undefined {
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
