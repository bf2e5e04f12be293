/** Letting checkpoints answer prompts for rules to measure, and timing how long they take. */
import type { LengthsConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { STREAM, seedOf } from '../data/random';
import type { Tokenizer } from '../data/tokenizer';
import { generate } from '../model/generate';
import { Model } from '../model/model';
import type { AnswerSet, DrawnAnswer, Id, Prompt, Weights } from '../records';
import { answerPrompts, ROWS } from '../stages/7-measures';
import { getRecord, listRecords, saveRecords } from '../storage/collections';
import type { LabDatabase } from '../storage/schema';
import type { MeasureRequest } from './messages';
import type { Models } from './models';
import type { Pass } from './turns';

/** Prompts that are asked alone, to time one answer; one more goes before them, to warm up. */
const TIMED = 5;

interface Surroundings {
  db: LabDatabase;
  models: Models;
  projectId: Id;
  backend: string;
}

/**
 * Answers of each checkpoint. They are stored checkpoint by checkpoint, so that stopping loses only those of the
 * checkpoint that is answering. @throws Error without prompts, and where it was stopped
 */
export async function answerSets(
  lab: Surroundings,
  request: MeasureRequest,
  pass: Pass,
): Promise<AnswerSet[]> {
  const prompts = await promptsOf(lab, request);
  const { checkpointIds } = request;
  const sets: AnswerSet[] = [];
  for (const [i, checkpointId] of checkpointIds.entries()) {
    const passed: Pass = ({ done }) =>
      pass({ done: i * prompts.length + done, total: checkpointIds.length * prompts.length });
    const set = await answerSet(lab, request, checkpointId, prompts, passed);
    await saveRecords(lab.db, 'answerSets', lab.projectId, [set]);
    sets.push(set);
  }
  return sets;
}

async function promptsOf(
  { db, projectId }: Surroundings,
  { testSetId, prompts }: MeasureRequest,
): Promise<Prompt[]> {
  if (testSetId !== null) return (await getRecord(db, 'testSets', projectId, testSetId)).prompts;
  const all = await listRecords(db, 'prompts', projectId);
  return all.filter(({ split }) => split === 'held-out').slice(0, prompts);
}

async function answerSet(
  { models, backend }: Surroundings,
  { testSetId, temperature, lengths, seed }: MeasureRequest,
  checkpointId: Id,
  prompts: Prompt[],
  pass: Pass,
): Promise<AnswerSet> {
  const policy = await models.weights(checkpointId);
  const { tokenizer } = models;
  const asked = { policy, prompts, tokenizer, lengths, seed };
  const steps = answerPrompts(asked, { temperature });
  let seconds = 0;
  let answers: DrawnAnswer[] | null = null;
  while (!answers) {
    const began = performance.now();
    const next = await steps.next();
    seconds += (performance.now() - began) / 1000;
    if (next.done) answers = next.value;
    else if (!(await pass(next.value))) {
      await steps.return([]);
      throw new Error('It was stopped. The models that had answered all prompts are kept.');
    }
  }
  const tokens = answers.reduce((sum, each) => sum + each.tokens, 0);
  const latencies = await latenciesOf(policy, prompts, tokenizer, lengths, temperature, seed);
  return {
    id: `answers:${checkpointId}:${testSetId ?? 'held-out'}`,
    checkpointId,
    testSetId,
    temperature,
    seed,
    answers,
    cost: { backend, tokensPerSecond: tokens / seconds, rows: ROWS, latencies },
    createdAt: Date.now(),
  };
}

/** Seconds that prompts asked one by one took, in increasing order. */
async function latenciesOf(
  weights: Weights,
  prompts: Prompt[],
  tokenizer: Tokenizer,
  lengths: LengthsConfig,
  temperature: number,
  seed: number,
): Promise<number[]> {
  const some = prompts.slice(0, TIMED);
  const P = queryWidth(some, tokenizer, lengths.promptTokens);
  const model = new Model('timed', weights.config, 'language', weights.tensors, false);
  const seconds: number[] = [];
  try {
    for (const [i, prompt] of [...some.slice(0, 1), ...some].entries()) {
      const { ids, mask } = queryBatch([prompt], tokenizer, P); // (1, P)
      const began = performance.now();
      await generate(model, ids, mask, {
        responseTokens: lengths.responseTokens,
        temperature,
        topK: 0,
        topP: 1,
        seed: seedOf(seed, STREAM.evaluation),
        streams: [i],
      });
      seconds.push((performance.now() - began) / 1000);
    }
  } finally {
    model.dispose();
  }
  return seconds.slice(1).sort((x, y) => x - y);
}
