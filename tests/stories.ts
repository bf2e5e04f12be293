/** The pretrained model of 260,032 parameters beside the project, and what an independent pass says of it. */
import { existsSync, readFileSync } from 'node:fs';
import { readLlama2c } from '../src/model/llama2c';
import type { ModelConfig, TensorRecords } from '../src/records';

const FOLDER = '../shared/data/stories260K';

/** Why the model cannot be used here; null where it can. */
export const storiesAbsence: string | null = existsSync(`${FOLDER}/stories260K.bin`)
  ? null
  : `${FOLDER} is not on this machine.`;

/** Computed in double precision by a program that shares no code with this one. */
export interface Golden {
  /** The beginning of sequence and the 199 likeliest tokens after it. */
  greedy_ids: number[];
  prefix: number[];
  /** (V), after the prefix. */
  last_logits: number[];
  /** log π of each token of the prefix but the first, nats. */
  token_logprobs: number[];
}

export function stories(): { config: ModelConfig; tensors: TensorRecords; golden: Golden } {
  const weights = Uint8Array.from(readFileSync(`${FOLDER}/stories260K.bin`));
  const golden: Golden = JSON.parse(readFileSync(`${FOLDER}/golden.json`, 'utf8'));
  return { ...readLlama2c(weights.buffer), golden };
}
