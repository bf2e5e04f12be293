/**
 * `npm run pipeline`: the whole pipeline without a page, with a simulated labeler, and a report at the end.
 * It is the same code that the lab runs; only the engine is started differently.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { argv, exit, stdout } from 'node:process';
import { ConfigError } from '../config';
import { exactReport } from './exact';
import { UsageError } from './flags';
import { runLab } from './lab-run';
import { pipelineOptions, USAGE } from './pipeline-options';

try {
  const options = pipelineOptions(argv.slice(2));
  if (!options) {
    stdout.write(USAGE);
    exit(0);
  }
  const report = options.preset === 'exact' ? await exactReport(options, stdout) : await runLab(options, stdout); // prettier-ignore
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  stdout.write(`Report: ${options.out}\n`);
  exit(0);
} catch (error) {
  const usage = error instanceof UsageError || error instanceof ConfigError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!usage && error instanceof Error && process.env.DEBUG)
    process.stderr.write(`${error.stack}\n`);
  exit(usage ? 2 : 1);
}
