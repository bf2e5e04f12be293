/**
 * `npm run pipeline -- --preset exact`: what the methods of the lab reach of the best possible policy, on a
 * task where that is known. See `src/exact-lab.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fieldProblem, PPO } from '../config';
import { GraphError, parseGraph, SEED_1000 } from '../data/walks/graph';
import { runExact, type ExactInputs, type ExactVerdict } from '../exact-lab';
import { LADDER, type BackendName } from '../kernels/engine';
import { startNodeEngine } from '../kernels/engine-node';
import { EXACT_METHODS, type ExactEvent } from '../studies';
import { LARGEST_SEED, oneOf, readFlags, UsageError, wholeNumber } from './flags';

/** What the usage of the pipeline says of it. */
export const EXACT_USAGE = `With --preset exact, walks on a graph whose best policy is known exactly take the place of the world:

  --beta B          reward per nat of KL, above 0 and at most ${PPO.klCoefficient.max} (0.1)
  --graph FILE      a graph as text, "node:neighbours" on each line (trlX's, of seed 1000)
`;

export interface ExactOptions extends Pick<ExactInputs, 'graph' | 'beta' | 'seed'> {
  preset: 'exact';
  backend: BackendName | undefined;
  out: string;
}

/** The options of the exact lab; null where the command line asks for another preset. @throws UsageError */
export function exactOptions(args: string[]): ExactOptions | null {
  if (!/(^| )--preset[= ]exact( |$)/.test(args.join(' ')) || args.includes('--help')) return null;
  const text = { type: 'string' } as const;
  const values = readFlags(args, { preset: text, backend: text, seed: text, beta: text, graph: text, out: text }); // prettier-ignore
  const beta = Number(values.beta ?? '0.1');
  const problem = beta === 0 ? '--beta is 0; the optimum is known above 0.' : fieldProblem('--beta', PPO.klCoefficient, beta); // prettier-ignore
  if (problem) throw new UsageError(problem);
  return {
    preset: 'exact',
    backend: values.backend === undefined ? undefined : oneOf('--backend', values.backend, LADDER),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, LARGEST_SEED),
    beta,
    graph: values.graph === undefined ? SEED_1000 : readGraph(values.graph),
    out: resolve(values.out ?? 'report.json'),
  };
}

function readGraph(file: string): string {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`--graph is ${path}, and there is no such file.`);
  const text = readFileSync(path, 'utf8');
  try {
    parseGraph(text);
    return text;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new UsageError(`--graph is ${path}. ${error.message}`);
  }
}

export interface ExactReport {
  preset: 'exact';
  backend: BackendName;
  seed: number;
  seconds: number;
  exact: ExactVerdict;
}

/** Run it, telling of every tenth of each stage, and give the report. */
export async function exactReport(
  options: ExactOptions,
  out: Pick<NodeJS.WriteStream, 'write'>,
): Promise<ExactReport> {
  const start = performance.now();
  const engine = await startNodeEngine({ force: options.backend });
  const { backend, reason } = engine.report;
  out.write(`${backend}: ${reason}\n`);
  try {
    const events = runExact(options);
    for (;;) {
      const next = await events.next();
      if (!next.done) {
        const line = lineOf(next.value);
        if (line) out.write(line);
        continue;
      }
      const seconds = (performance.now() - start) / 1000;
      out.write(tableOf(next.value, seconds));
      return { preset: 'exact', backend, seed: options.seed, seconds, exact: next.value };
    }
  } finally {
    engine.dispose();
  }
}

function lineOf(event: ExactEvent): string | null {
  if (event.kind === 'progress') {
    const { what, done, total } = event.progress;
    return done === total ? `${what}: done\n` : null;
  }
  if (event.kind !== 'point') return null;
  const { method, step, reward, kl, J, sampled } = event.point;
  if (sampled && step % 10 !== 0) return null;
  const numbers = `reward ${reward.toFixed(3)}, KL ${kl.toFixed(3)}, J ${J.toFixed(3)}`;
  return `${method} ${sampled ? `step ${step}, one rollout` : 'over all walks'}: ${numbers}\n`;
}

/** The verdict as people read it. */
function tableOf(verdict: ExactVerdict, seconds: number): string {
  const { beta, optimum, uniformOptimum, reference, bestOfN } = verdict;
  const row = (name: string, { J, reward, kl }: { J: number; reward: number; kl: number }) =>
    `${name.padEnd(26)} ${J.toFixed(6)}  ${reward.toFixed(6)}  ${kl.toFixed(6)}  ${(J / optimum.J).toFixed(4)}\n`;
  const lines = [
    `\nbeta ${beta}, ${Math.round(seconds)} s         J         reward    KL        of J*\n`,
    row('optimum, uniform walker', uniformOptimum),
    row('optimum, this reference', optimum),
    row('reference', { J: reference.reward, reward: reference.reward, kl: 0 }),
  ];
  for (const method of EXACT_METHODS) {
    const objective = verdict[method];
    if (objective) lines.push(row(method, objective));
  }
  for (const { n, reward, exact, uniform } of bestOfN)
    lines.push(
      `best of ${String(n).padEnd(3)} drawn ${reward.toFixed(4)}, exact ${exact.toFixed(4)}, of the uniform walker ${uniform.toFixed(4)}\n`,
    );
  return lines.join('');
}
