/** How fast this device trains: a few steps of fine-tuning on the project's own demonstrations, thrown away. */
import { sectionConfig, type LengthsConfig } from '../config';
import type { Tokenizer } from '../data/tokenizer';
import type { Demonstration, Weights } from '../records';
import { sft } from '../stages/2-sft';
import type { ProbeReply } from './messages';
import type { Pass } from './turns';

const BATCH = 16;
/** The first step compiles and fills caches. */
const WARM_UP = 1;
const TIMED = 2;

export interface ProbeInputs {
  base: Weights;
  demonstrations: Demonstration[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
}

/**
 * Train a few steps and time them; nothing is stored.
 * @param pass between two steps; false where the person stopped it
 * @throws Error without demonstrations, or when it was stopped
 */
export async function probe(
  { base, demonstrations, tokenizer, lengths, seed }: ProbeInputs,
  pass: Pass,
): Promise<ProbeReply> {
  const config = sectionConfig('sft', { batchSize: BATCH, epochs: 50 });
  const train = demonstrations.slice(0, BATCH);
  const run = sft({ base, train, heldOut: [], tokenizer, lengths, seed }, config);
  const total = Math.min(WARM_UP + TIMED, run.progress.steps);
  let [tokens, seconds] = [0, 0];
  try {
    for (let done = 0; done < total; done++) {
      const began = performance.now();
      const next = await run.steps.next();
      if (next.done) break;
      if (done >= WARM_UP || done === total - 1) {
        seconds += (performance.now() - began) / 1000;
        tokens += next.value.tokens;
      }
      if (!(await pass({ done: done + 1, total }))) throw new Error('The measurement was stopped.');
    }
  } finally {
    await run.steps.return();
    run.dispose();
  }
  const steps = Math.max(1, total - WARM_UP);
  return { tokensPerSecond: tokens / seconds, stepSeconds: seconds / steps, batchSize: BATCH };
}
