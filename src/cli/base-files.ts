/** A base as it lies in `public/base/<name>`: the three files of Hugging Face, a card, a line in the index. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as v from 'valibot';
import { readHuggingFaceModel, writeHuggingFaceModel, type HuggingFaceModel } from '../model/hugging-face'; // prettier-ignore
import { parameterCount } from '../model/model';
import type { WeightDtype } from '../model/safetensors';

/** `card.json`: what a base is, for people and for the page. */
export interface BaseCard {
  name: string;
  parameters: number;
  dtype: WeightDtype;
  /** Of model.safetensors. */
  bytes: number;
  /** Of model.safetensors. */
  sha256: string;
  license: string;
  data: string;
  /** Tokens seen in training; null where not known. */
  tokensSeen: number | null;
  /** Nats per token at the end of training, before rounding to `dtype`; null where not known. */
  heldOutLoss: number | null;
  curve: { tokens: number; trainLoss: number | null; heldOutLoss: number | null }[];
  limits: string;
  /** Day of the import or of the end of training. */
  date: string;
}

/** What the files themselves say. */
type FileFacts = 'name' | 'parameters' | 'dtype' | 'bytes' | 'sha256';

const IndexEntry = v.object({
  name: v.string(),
  parameters: v.number(),
  bytes: v.number(),
  sentence: v.string(),
});

/**
 * Write a model, its tokenizer and its card. Nothing is written unless what would be written reads back, and
 * each file is there whole or not at all.
 * @param about what the files do not say themselves; it may say more than a card must.
 * @returns the card, with all that was in `about`.
 */
export function writeBase<About extends Omit<BaseCard, FileFacts>>(
  out: string,
  model: HuggingFaceModel,
  tokenizer: string,
  dtype: WeightDtype,
  about: About,
): About & BaseCard {
  const files = writeHuggingFaceModel(model, tokenizer, dtype);
  readHuggingFaceModel(files);
  const bytes = new Uint8Array(files.weights);
  const card = {
    name: basename(resolve(out)),
    parameters: parameterCount(model.config, model.head),
    dtype,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...about,
  };
  mkdirSync(out, { recursive: true });
  writeWhole(join(out, 'model.safetensors'), bytes);
  writeWhole(join(out, 'config.json'), files.config);
  writeWhole(join(out, 'tokenizer.json'), files.tokenizer);
  writeWhole(join(out, 'card.json'), jsonText(card));
  return card;
}

/** Put a base into the index of the folder above it, or renew its line; smallest first. */
export function writeIndex(out: string, card: BaseCard, sentence: string): void {
  const path = indexPath(out);
  const { name, parameters, bytes } = card;
  const others = readIndex(path).filter((entry) => entry.name !== name);
  const entries = [...others, { name, parameters, bytes, sentence }];
  writeWhole(path, jsonText(entries.sort((a, b) => a.parameters - b.parameters)));
}

/** Must hold before a base is written into a folder whose index it will enter. @throws ValiError */
export const checkIndex = (out: string): void => void readIndex(indexPath(out));

const indexPath = (out: string): string => join(out, '..', 'index.json');

const readIndex = (path: string): v.InferOutput<typeof IndexEntry>[] =>
  existsSync(path) ? v.parse(v.array(IndexEntry), JSON.parse(readFileSync(path, 'utf8'))) : [];

/** Write beside the place of a file and then move it there, so that a crash leaves the old one. */
export function writeWhole(path: string, data: string | Uint8Array): void {
  const beside = `${path}.part`;
  writeFileSync(beside, data, { flush: true });
  renameSync(beside, path);
}

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
