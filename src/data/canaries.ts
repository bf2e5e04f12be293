/**
 * Secrets to be planted in demonstrations, so that it can be measured whether a model learns by heart what it
 * was shown (Carlini 2019). A secret is a code of a few words, drawn at random and so known from nowhere else;
 * the candidates are all codes that might have been drawn. A model's log-probabilities of the candidates go to
 * `exposure` of `algorithms/exposure.ts`.
 */
import type { Demonstration } from '../records';
import { demonstrationId } from './ids';
import { integerBelow, seedOf, STREAM } from './random';
import { COLOURS, PETS, THINGS } from './world/words';

export interface Canary {
  /** What was planted. */
  prompt: string;
  response: string;
  /** Responses that might have been planted instead, `response` among them. */
  candidates: string[];
  /** Index of `response` in `candidates`. */
  secret: number;
}

/** A secret that depends on the seed alone; `number` tells several apart. */
export function canary(seed: number, number = 0): Canary {
  const candidates = COLOURS.flatMap((colour) =>
    PETS.flatMap((pet) => THINGS.map((thing) => `The code is ${colour} ${pet} ${thing}.`)),
  );
  const secret = integerBelow(candidates.length, seedOf(seed, STREAM.demonstrations), 0xca9a, number); // prettier-ignore
  return {
    prompt: `What is the code of box ${number + 1}?`,
    response: candidates[secret] ?? '',
    candidates,
    secret,
  };
}

/** The secret as demonstrations, `times` over; all are marked in their id, so that they can be taken out. */
export const plant = ({ prompt, response }: Canary, times: number, now: number): Demonstration[] =>
  Array.from({ length: times }, (_, i) => ({
    id: `canary:${i}:${demonstrationId({ text: prompt, response })}`,
    text: prompt,
    response,
    task: 'own',
    split: 'train',
    source: 'built-in',
    check: null,
    createdAt: now,
  }));
