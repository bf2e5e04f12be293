/**
 * Take a model in Hugging Face layout into the lab as a base: 16-bit weights, config, tokenizer, a card
 * that says what it is, and a line in the index of bases.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { readHuggingFaceModel } from '../model/hugging-face';
import type { WeightDtype } from '../model/safetensors';
import { checkIndex, writeBase, writeIndex, type BaseCard } from './base-files';

const USAGE = `Usage: node --import tsx src/cli/import-base.ts --from DIR --out DIR [options]

Converts model.safetensors, config.json and tokenizer.json of --from, and writes card.json beside them and
the index of bases one folder up. Loss and tokens are read from curve.json of --from, where there is one.

  --from DIR        a folder in Hugging Face layout
  --out DIR         the base's folder, public/base/<name>
  --dtype TYPE      f32, f16 or bf16 (f16)
  --sentence TEXT   one sentence for the person who chooses a base
  --license TEXT    licence of the weights
  --data TEXT       what it was trained on
  --limits TEXT     what it cannot do
  --date DATE       day of the import (today)
  --help            this text
`;

const DTYPES: Record<string, WeightDtype> = { f32: 'F32', f16: 'F16', bf16: 'BF16' };

/** How a base was trained, as its trainer wrote it down: [step, train loss, held-out loss, seconds]. */
const Curve = v.object({
  tokens_per_step: v.number(),
  columns: v.array(v.string()),
  rows: v.pipe(v.array(v.array(v.number())), v.minLength(1)),
});
interface Options {
  from: string;
  out: string;
  dtype: WeightDtype;
  sentence: string;
  license: string;
  data: string;
  limits: string;
  date: string;
}

/** Convert one base. Nothing is written unless what would be written reads back. */
export function importBase(options: Options): BaseCard {
  const text = (file: string) => readFileSync(join(options.from, file), 'utf8');
  const weights = Uint8Array.from(readFileSync(join(options.from, 'model.safetensors'))).buffer;
  const tokenizer = text('tokenizer.json');
  const model = readHuggingFaceModel({ weights, config: text('config.json'), tokenizer });
  const { out, dtype, license, data, limits, date, sentence } = options;
  checkIndex(out);
  const about = { license, data, ...readCurve(join(options.from, 'curve.json')), limits, date };
  const card: BaseCard = writeBase(out, model, tokenizer, dtype, about);
  writeIndex(out, card, sentence);
  return card;
}

function readCurve(path: string): Pick<BaseCard, 'tokensSeen' | 'heldOutLoss' | 'curve'> {
  if (!existsSync(path)) return { tokensSeen: null, heldOutLoss: null, curve: [] };
  const { tokens_per_step, columns, rows } = v.parse(Curve, JSON.parse(readFileSync(path, 'utf8')));
  const at = (row: number[], column: string): number => {
    const value = row[columns.indexOf(column)];
    if (value === undefined) throw new Error(`${path} lacks the column ${column}.`);
    return value;
  };
  // The loss of a row is that before its step, so `step` batches have been seen.
  const curve = rows.map((row) => ({
    tokens: at(row, 'step') * tokens_per_step,
    trainLoss: at(row, 'train_loss'),
    heldOutLoss: at(row, 'heldout_loss'),
  }));
  const last = curve.at(-1)!;
  return { tokensSeen: last.tokens, heldOutLoss: last.heldOutLoss, curve };
}

/** The options of the command line. @throws Error with a sentence where one cannot be. */
export function readOptions(args: string[]): Options | 'help' {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      from: option,
      out: option,
      dtype: option,
      sentence: option,
      license: option,
      data: option,
      limits: option,
      date: option,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const { from, out, dtype: dtypeName = 'f16', date = new Date().toISOString().slice(0, 10) } = values; // prettier-ignore
  if (!from || !out) throw new Error('Both --from and --out are needed.');
  if (!existsSync(join(from, 'model.safetensors')))
    throw new Error(`--from is ${from}, where there is no model.safetensors.`);
  const dtype = Object.hasOwn(DTYPES, dtypeName) ? DTYPES[dtypeName] : undefined;
  if (!dtype)
    throw new Error(`--dtype is ${dtypeName}; it is one of ${Object.keys(DTYPES).join(', ')}.`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))
    throw new Error(`--date is ${date}; it is a day such as 2026-01-31.`);
  const unknown = 'not stated';
  const { sentence = unknown, license = unknown, data = unknown, limits = unknown } = values;
  return { from, out, dtype, sentence, license, data, limits, date };
}

function main(): void {
  let options: Options | 'help';
  try {
    options = readOptions(argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error('Run it with --help to see what it takes.');
    exit(2);
  }
  if (options === 'help') return console.log(USAGE);
  try {
    const { name, parameters, dtype, bytes } = importBase(options);
    console.log(`${dirname(resolve(options.out))}: base "${name}", ${parameters} parameters, ${bytes} bytes in ${dtype}.`); // prettier-ignore
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    exit(1);
  }
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) main();
