/**
 * Runs the test files of one tier in a process of its own, and tells the parent (tests/run.ts) about each
 * file as it ends: so a tier that crashes keeps the results it had, and costs the others nothing.
 */
import { join, relative } from 'node:path';
import { argv, exit } from 'node:process';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { startVitest, type Reporter, type TestModule } from 'vitest/node';

const Skip = v.object({ name: v.string(), reason: v.string() });

/** What one test file came to. The last one has no file and counts the errors outside of all files. */
export const FileOutcome = v.object({
  file: v.nullable(v.string()),
  seconds: v.number(),
  passed: v.number(),
  failed: v.number(),
  skipped: v.array(Skip),
});
export type FileOutcome = v.InferOutput<typeof FileOutcome>;

const Files = v.object({
  root: v.string(),
  include: v.array(v.string()),
  exclude: v.array(v.string()),
  /** One file after another, for tests that would wait for each other's graphics. */
  oneByOne: v.boolean(),
});
/** Which files a tier holds, as globs below `root`. */
export type Files = v.InferOutput<typeof Files>;

/** The tests of one file; a file that cannot be loaded and a suite's failing hook are a failure each. */
function outcomeOf(module: TestModule, root: string): FileOutcome {
  const file = relative(root, module.moduleId).replaceAll('\\', '/');
  const seconds = module.diagnostic().duration / 1000;
  const outcome: FileOutcome = { file, seconds, passed: 0, failed: 0, skipped: [] };
  outcome.failed += module.errors().length;
  for (const suite of module.children.allSuites()) outcome.failed += suite.errors().length;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') outcome.passed++;
    else if (result.state === 'skipped')
      outcome.skipped.push({ name: `${file} > ${test.fullName}`, reason: result.note ?? '' });
    else outcome.failed++; // failed, or never finished
  }
  return outcome;
}

async function runTier({ root, include, exclude, oneByOne }: Files): Promise<void> {
  const send = (outcome: FileOutcome) =>
    new Promise<void>((sent) => process.send?.(outcome, undefined, {}, () => sent()));
  const told = new Set<string>();
  const tell = (module: TestModule) => {
    told.add(module.id);
    return send(outcomeOf(module, root));
  };
  const messenger: Reporter = {
    onTestModuleEnd: tell,
    async onTestRunEnd(modules, errors) {
      // A file that could not be loaded never ended, and is told of here.
      for (const module of modules) if (!told.has(module.id)) await tell(module);
      // Errors such as a rejected promise that nobody awaits; vitest prints them.
      await send({ file: null, seconds: 0, passed: 0, failed: errors.length, skipped: [] });
    },
  };
  const vitest = await startVitest('test', [], {
    root,
    config: join(root, 'vite.config.ts'),
    watch: false,
    include,
    exclude,
    fileParallelism: !oneByOne,
    allowOnly: false,
    reporters: ['default', messenger],
  });
  await vitest.close();
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  await runTier(v.parse(Files, JSON.parse(argv[2] ?? '{}')));
  exit();
}
