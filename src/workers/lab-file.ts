/**
 * A whole lab as one zip, for another browser or for keeps:
 *
 *   lab.json                  format and version, the project, its settings, tokenizers of imported models, and
 *                             the SHA-256 of every other file, so that a damaged one is noticed
 *   <records>.jsonl           demonstrations, prompts, samples, rankings, ..., runs and their metrics
 *   checkpoints/<n>.safetensors   the weights of the n-th line of checkpoints.jsonl, in float32, to the bit
 *
 * Reading checks everything before it gives anything back, so nothing is changed by a file that is refused.
 */
import { strFromU8, strToU8, unzipSync, zipSync, type Zippable } from 'fflate';
import * as v from 'valibot';
import { sha256 } from '../data/sha256';
import { readSafetensors, writeSafetensors } from '../model/safetensors';
import type { Id, TensorRecords } from '../records';
import type { WholeProject } from '../storage/projects';
import { PROJECT, RECORD_KINDS, RECORDS, type RecordKind } from './lab-records';

const FORMAT = 'rlhf-lab';
export const VERSION = 1;
const HEAD = 'lab.json';
const AGAIN = 'Nothing was changed. Export the lab again, or take another copy of the file.';

export interface WholeLab {
  whole: WholeProject;
  tensors: ReadonlyMap<Id, TensorRecords>;
  /** `tokenizer.json` of imported models, by hash. */
  tokenizers: Readonly<Record<string, string>>;
}

/** A file that is no lab, or no whole one; the message says what is wrong with it. */
export class LabFileError extends Error {
  override name = 'LabFileError';
}

const Head = v.object({
  format: v.literal(FORMAT),
  version: v.number(),
  project: PROJECT,
  settings: v.record(v.string(), v.unknown()),
  tokenizers: v.record(v.string(), v.string()),
  files: v.record(v.string(), v.string()),
});
type Settings = WholeProject['settings'];

const weightsName = (place: number): string => `checkpoints/${place + 1}.safetensors`;
const recordsName = (kind: RecordKind): string => `${kind}.jsonl`;
/** Numbers that JSON has no word for; see `lab-records.ts`. */
const spelled = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

// ── Writing ───────────────────────────────────────────────────────────────────────────────────────

export function writeLabFile({ whole, tensors, tokenizers }: WholeLab): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (const kind of RECORD_KINDS)
    files[recordsName(kind)] = strToU8(
      whole[kind].map((record) => `${JSON.stringify(record, spelled)}\n`).join(''),
    );
  whole.checkpoints.forEach(({ id }, place) => {
    files[weightsName(place)] = new Uint8Array(writeSafetensors(tensors.get(id) ?? {}));
  });
  const head = {
    format: FORMAT,
    version: VERSION,
    project: whole.project,
    settings: whole.settings,
    tokenizers,
    files: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)])),
  };
  const zip: Zippable = { [HEAD]: strToU8(JSON.stringify(head, spelled, 1)) };
  // Weights do not get smaller by compressing; texts do.
  for (const [name, bytes] of Object.entries(files))
    zip[name] = [bytes, { level: name.endsWith('.jsonl') ? 6 : 0 }];
  return zipSync(zip);
}

// ── Reading ───────────────────────────────────────────────────────────────────────────────────────

/** @throws LabFileError with a sentence, where anything in the file is not as it was written */
export function readLabFile(bytes: Uint8Array): WholeLab {
  const files = unzipped(bytes);
  const head = headOf(files);
  for (const [name, hash] of Object.entries(head.files)) {
    const file = files[name];
    if (!file) throw new LabFileError(`${name} is missing in the lab file. ${AGAIN}`);
    if (sha256(file) !== hash)
      throw new LabFileError(`${name} in the lab file is damaged: its check sum differs. ${AGAIN}`);
  }
  const records = <K extends RecordKind>(kind: K): WholeProject[K] =>
    // The schemas are those of `records.ts`, which `whole` below is checked against by the tests.
    recordsOf(kind, files[recordsName(kind)]) as WholeProject[K];
  const whole: WholeProject = {
    project: head.project,
    settings: head.settings as Settings,
    demonstrations: records('demonstrations'),
    prompts: records('prompts'),
    samples: records('samples'),
    rankings: records('rankings'),
    comparisons: records('comparisons'),
    evaluations: records('evaluations'),
    studies: records('studies'),
    answerSets: records('answerSets'),
    testSets: records('testSets'),
    probes: records('probes'),
    reviews: records('reviews'),
    runs: records('runs'),
    metrics: records('metrics'),
    rollouts: records('rollouts'),
    checkpoints: records('checkpoints'),
  };
  checkLinks(whole);
  const tensors = new Map(
    whole.checkpoints.map(({ id, name, bytes: size }, place): [Id, TensorRecords] => [
      id,
      weightsOf(name, size, files[weightsName(place)]),
    ]),
  );
  return { whole, tensors, tokenizers: head.tokenizers };
}

function unzipped(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch {
    throw new LabFileError(`This is no zip file, or only a part of one. ${AGAIN}`);
  }
}

function headOf(files: Record<string, Uint8Array>): v.InferOutput<typeof Head> {
  const file = files[HEAD];
  if (!file)
    throw new LabFileError(`There is no ${HEAD} in this zip file, so it is no lab. ${AGAIN}`);
  const head = v.safeParse(Head, jsonOf(HEAD, strFromU8(file)));
  if (!head.success)
    throw new LabFileError(`${HEAD} is not that of a lab: ${problemOf(head.issues)}. ${AGAIN}`);
  if (head.output.version > VERSION)
    throw new LabFileError(
      `The file was written by a newer version of the lab (${head.output.version}; this one reads up to ${VERSION}). Reload the page to update it. Nothing was changed.`,
    );
  return head.output;
}

function recordsOf(kind: RecordKind, file: Uint8Array | undefined): unknown[] {
  const name = recordsName(kind);
  if (!file) throw new LabFileError(`${name} is missing in the lab file. ${AGAIN}`);
  const lines = strFromU8(file)
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line, i) => {
    const place = `Line ${i + 1} of ${name}`;
    const record = v.safeParse(RECORDS[kind], jsonOf(place, line));
    if (!record.success)
      throw new LabFileError(`${place} is not right: ${problemOf(record.issues)}. ${AGAIN}`);
    return record.output;
  });
}

/** What names something must name something that is there: a ranking's run, a checkpoint's project. */
function checkLinks({ project, runs, metrics, rollouts, checkpoints }: WholeProject): void {
  const known = new Set(runs.map(({ id }) => id));
  const lost = [...metrics, ...rollouts].find(({ runId }) => !known.has(runId));
  if (lost) throw new LabFileError(`The file holds steps of a run that it does not hold. ${AGAIN}`);
  const foreign = [...runs, ...checkpoints].find(({ projectId }) => projectId !== project.id);
  if (foreign) throw new LabFileError(`The file holds “${foreign.id}” of another lab. ${AGAIN}`);
  const orphan = checkpoints.find(({ runId }) => runId !== null && !known.has(runId));
  if (orphan)
    throw new LabFileError(`The run that made “${orphan.name}” is not in the file. ${AGAIN}`);
}

function weightsOf(name: string, size: number, file: Uint8Array | undefined): TensorRecords {
  if (!file) throw new LabFileError(`The weights of “${name}” are missing. ${AGAIN}`);
  try {
    const { tensors } = readSafetensors(file.slice().buffer);
    const found = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
    if (found === size) return tensors;
    throw new Error(`${found} bytes of weights are there where ${size} were saved.`);
  } catch (error) {
    throw new LabFileError(`The weights of “${name}” are damaged. ${String(error instanceof Error ? error.message : error)} ${AGAIN}`); // prettier-ignore
  }
}

function jsonOf(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LabFileError(`${place} is not JSON. ${AGAIN}`);
  }
}

const problemOf = ([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string =>
  `${v.getDotPath(issue) ?? 'it'}: ${issue.message.slice(0, 120)}`;
