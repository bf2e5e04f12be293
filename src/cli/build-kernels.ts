/**
 * Compile the SIMD kernels (`src/kernels/simd`, AssemblyScript) to WebAssembly in `build/`, twice: for plain
 * SIMD, and for relaxed SIMD, whose fused multiply-add is half as fast again where a browser has it.
 *
 * The modules use tfjs's memory (`--importMemory`), so they must lay nothing out in it themselves: no static
 * data, no heap, no garbage collector (`--runtime stub`). Nothing is done when the builds are up to date.
 */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SOURCES = join(ROOT, 'src', 'kernels', 'simd');
const BUILDS = [
  { file: join(ROOT, 'build', 'kernels-simd.wasm'), features: ['simd'] },
  { file: join(ROOT, 'build', 'kernels-relaxed.wasm'), features: ['simd', 'relaxed-simd'] },
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
      ...['-O3', '--noAssert', '--converge'],
    ],
    {},
  );
  if (error) throw new Error(`The SIMD kernels do not compile.\n${stderr.toString()}`);
  if (hasStaticData(readFileSync(file)))
    throw new Error(`${relative(ROOT, file)} holds static data, which would overwrite tfjs's own.`);
}

/** Whether a WebAssembly binary has a data section (number 11). */
function hasStaticData(binary: Uint8Array): boolean {
  let at = 8; // past magic number and version
  while (at < binary.length) {
    const section = binary[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (section === 11) return true;
    at += size;
  }
  return false;
}

mkdirSync(join(ROOT, 'build'), { recursive: true });
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
