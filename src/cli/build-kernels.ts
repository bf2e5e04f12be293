/**
 * Compile the SIMD kernels (`src/kernels/simd`, AssemblyScript) to WebAssembly in `build/`, twice: for plain
 * SIMD, and for relaxed SIMD, whose fused multiply-add is half as fast again where a browser has it.
 *
 * The modules use tfjs's memory (`--importMemory`), so they must lay nothing out in it themselves: no static
 * data, no heap, no garbage collector (`--runtime stub`). Their memory is said to be shared, which is undone
 * where it is not (kernels/memory-section.ts). Node's helper threads get their program beside them, as
 * JavaScript. Nothing is done when the builds are up to date.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import ts from 'typescript';
import { hasStaticData } from '../kernels/memory-section';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SOURCES = join(ROOT, 'src', 'kernels', 'simd');
/** 4 GB in pages of 64 KB, as much as tfjs's own memory may have. */
const MOST_PAGES = 65_536;
const BUILDS = [
  { file: join(ROOT, 'build', 'kernels-simd.wasm'), features: ['threads', 'simd'] },
  {
    file: join(ROOT, 'build', 'kernels-relaxed.wasm'),
    features: ['threads', 'simd', 'relaxed-simd'],
  },
];

const changed = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When the newest source was changed, this script counted. */
const newest = Math.max(
  changed(fileURLToPath(import.meta.url)),
  ...readdirSync(SOURCES).map((name) => changed(join(SOURCES, name))),
);

async function compile(file: string, features: string[]): Promise<void> {
  const { error, stderr } = await asc.main(
    [
      relative(ROOT, join(SOURCES, 'index.ts')),
      ...['--baseDir', ROOT],
      ...['--outFile', relative(ROOT, file)],
      ...features.flatMap((feature) => ['--enable', feature]),
      ...['--runtime', 'stub', '--importMemory', '--noExportMemory'],
      ...['--sharedMemory', '--maximumMemory', String(MOST_PAGES)],
      ...['-O3', '--noAssert', '--converge'],
    ],
    {},
  );
  if (error) throw new Error(`The SIMD kernels do not compile.\n${stderr.toString()}`);
  if (hasStaticData(readFileSync(file)))
    throw new Error(`${relative(ROOT, file)} holds static data, which would overwrite tfjs's own.`);
}

mkdirSync(join(ROOT, 'build'), { recursive: true });
const THREAD = join(ROOT, 'src', 'kernels', 'thread.ts');
const { outputText } = ts.transpileModule(readFileSync(THREAD, 'utf8'), {
  compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
});
writeFileSync(join(ROOT, 'build', 'thread.mjs'), outputText);

for (const { file, features } of BUILDS) {
  if (changed(file) > newest) continue;
  try {
    await compile(file, features);
    console.log(`Compiled ${relative(ROOT, file)} (${statSync(file).size} bytes).`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
