/** The base models that ship, as they lie in `public/base`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTokenizer } from '../src/data/tokenizer';
import { readHuggingFaceModel } from '../src/model/hugging-face';

export const readBaseFile = (name: string, file: string) =>
  readFileSync(join('public', 'base', name, file));

export function shippedBase(name: 'tiny' | 'small') {
  const tokenizerJson = readBaseFile(name, 'tokenizer.json').toString();
  const model = readHuggingFaceModel({
    weights: new Uint8Array(readBaseFile(name, 'model.safetensors')).buffer,
    config: readBaseFile(name, 'config.json').toString(),
    tokenizer: tokenizerJson,
  });
  return { ...model, tokenizer: loadTokenizer(tokenizerJson, model.config) };
}
