/**
 * What each kind of record of a lab file must look like, as `records.ts` has it. Whatever comes from a file is
 * untrusted until it has passed here; keys that this version does not know are left out.
 */
import * as v from 'valibot';
import { STAGES, TASKS } from '../records';

/** JSON has no NaN and no infinity, which a run that failed may have measured; they are written as words. */
const number = v.union([
  v.number(),
  v.pipe(v.picklist(['NaN', 'Infinity', '-Infinity']), v.transform(Number)),
]);
const whole = v.pipe(v.number(), v.integer());
const id = v.pipe(v.string(), v.nonEmpty());
const text = v.string();
const metrics = v.record(v.string(), number);
const values = v.record(v.string(), v.union([number, v.string(), v.boolean()]));
const stage = v.picklist([
  'sft',
  'reward-model',
  'ppo',
] satisfies readonly (typeof STAGES)[number][]);

const check = v.variant('kind', [
  v.object({ kind: v.literal('story'), subject: text }),
  v.object({ kind: v.literal('answer'), accepted: v.array(text) }),
  v.object({ kind: v.literal('unknown') }),
  v.object({ kind: v.literal('list'), members: v.array(text), count: whole }),
  v.object({ kind: v.literal('json'), expected: v.record(v.string(), text) }),
  v.object({
    kind: v.literal('rewrite'),
    form: v.picklist(['polite', 'shorter']),
    keep: v.array(text),
    original: text,
  }),
  v.object({ kind: v.literal('grounded'), accepted: v.array(text), passage: text }),
  v.object({ kind: v.literal('refuse') }),
  v.object({ kind: v.literal('help'), keywords: v.array(text) }),
]);
const source = v.picklist(['human', 'simulated', 'built-in', 'imported']);
const promptEntries = {
  id,
  text,
  task: v.picklist(TASKS),
  split: v.picklist(['train', 'held-out']),
  source,
  check: v.nullable(check),
};
const prompt = v.object(promptEntries);
const labeler = v.object({
  id,
  name: text,
  source: v.picklist(['human', 'simulated']),
  rule: v.exactOptional(text),
});

const modelConfig = v.object({
  vocabSize: whole,
  width: whole,
  layers: whole,
  heads: whole,
  kvHeads: whole,
  feedForward: whole,
  maxPositions: whole,
  rmsEpsilon: number,
  ropeTheta: number,
  bosId: whole,
  eosId: whole,
  padId: whole,
});
const progress = v.object({
  step: whole,
  steps: whole,
  optimizerSteps: v.record(v.string(), whole),
  klCoefficient: number,
  randomCounters: v.record(v.string(), number),
  dataCursor: whole,
  running: v.exactOptional(v.record(v.string(), number)),
});

/** One schema for each file of records, by its name without the ending. */
export const RECORDS = {
  demonstrations: v.object({ ...promptEntries, response: text, createdAt: number }),
  prompts: prompt,
  samples: v.object({
    id,
    prompt,
    checkpointId: id,
    temperature: number,
    seed: number,
    responses: v.array(
      v.object({ text, tokens: whole, finished: v.boolean(), borrowedFrom: v.exactOptional(id) }),
    ),
    createdAt: number,
  }),
  rankings: v.looseObject({
    id,
    sampleId: id,
    prompt,
    responses: v.array(text),
    ranks: v.array(whole),
    verdict: v.picklist(['ranked', 'all-bad', 'skipped']),
    flagged: v.boolean(),
    shown: v.array(whole),
    labeler,
    seconds: number,
    createdAt: number,
  }),
  comparisons: v.looseObject({
    id,
    rankingId: id,
    prompt,
    responses: v.array(text),
    pairs: v.array(v.object({ better: whole, worse: whole })),
    source,
  }),
  // What is measured grows from version to version: what is not named here is kept as it is.
  evaluations: v.looseObject({
    id,
    checkpointId: id,
    baselineId: id,
    judge: labeler,
    winRate: v.looseObject({ wins: number, losses: number, ties: number, value: number, low: number, high: number }), // prettier-ignore
    kl: v.nullable(number),
    gold: v.nullable(v.object({ checkpoint: number, baseline: number })),
    contests: v.array(
      v.looseObject({
        id,
        prompt,
        answers: v.array(
          v.object({ checkpointId: id, text, finished: v.boolean(), gold: v.nullable(number) }),
        ),
        seed: number,
        temperature: number,
      }),
    ),
    createdAt: number,
  }),
  studies: v.looseObject({ id, kind: text, createdAt: number }),
  answerSets: v.looseObject({
    id,
    checkpointId: id,
    testSetId: v.nullable(id),
    temperature: number,
    seed: number,
    answers: v.array(v.looseObject({ prompt, answer: text, finished: v.boolean(), tokens: whole })),
    createdAt: number,
  }),
  testSets: v.looseObject({ id, name: text, prompts: v.array(prompt), hash: text }),
  probes: v.looseObject({ id, kind: text, checkpointId: id, createdAt: number }),
  reviews: v.looseObject({
    id,
    prompt,
    checkpointId: id,
    rewardModelId: id,
    answer: text,
    score: number,
    gold: v.nullable(number),
    verdict: v.picklist(['good', 'bad', 'unsure']),
    createdAt: number,
  }),
  runs: v.looseObject({
    id,
    projectId: id,
    stage,
    config: values,
    lengths: v.object({ promptTokens: whole, responseTokens: whole }),
    seed: number,
    configHash: text,
    dataHash: text,
    parentId: id,
    rewardModelId: v.nullable(id),
    backend: text,
    status: v.picklist(['running', 'paused', 'stopped', 'finished', 'failed']),
    failure: v.exactOptional(text),
    steps: whole,
    step: whole,
    startedAt: number,
    seconds: number,
  }),
  metrics: v.object({ runId: id, step: whole, metrics }),
  rollouts: v.looseObject({
    id,
    runId: id,
    step: whole,
    query: text,
    response: text,
    score: number,
    gold: v.nullable(number),
    kl: number,
    finished: v.boolean(),
    tokens: v.array(
      v.object({
        text,
        logProbability: number,
        referenceLogProbability: number,
        reward: number,
        value: number,
        advantage: number,
        return: number,
        ratio: number,
        clipped: v.boolean(),
      }),
    ),
  }),
  checkpoints: v.looseObject({
    id,
    projectId: id,
    name: text,
    stage: v.picklist(['base', 'sft', 'reward-model', 'ppo']),
    kind: v.picklist(['model', 'resume']),
    runId: v.nullable(id),
    parentId: v.nullable(id),
    step: whole,
    modelConfig,
    tokenizerHash: text,
    progress: v.nullable(progress),
    config: values,
    metrics,
    bytes: whole,
    createdAt: number,
  }),
} as const;
export type RecordKind = keyof typeof RECORDS;
export const RECORD_KINDS = Object.keys(RECORDS) as RecordKind[];

export const PROJECT = v.object({
  id,
  name: id,
  seed: number,
  baseModel: id,
  guidelines: text,
  createdAt: number,
  openedAt: number,
});
