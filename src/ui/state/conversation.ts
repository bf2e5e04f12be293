/**
 * What a model is given to read in the playground: solved examples, notes that fit, what was said before, and the
 * prompt. The models know one form only, a prompt and then an answer, so all of it is written in that form.
 */
import { ANSWER_MARK } from '../../data/template';
import type { LengthsConfig } from '../../config';

export interface Turn {
  prompt: string;
  answer: string;
}

/** Whole turns, oldest first, with the prompt to be answered at the end. */
export function contextOf(turns: readonly Turn[], prompt: string): string {
  const told = turns
    .filter((turn) => turn.prompt.trim() !== '' && turn.answer.trim() !== '')
    .map((turn) => `${turn.prompt.trim()}${ANSWER_MARK} ${turn.answer.trim()}\n\n`);
  return `${told.join('')}${prompt.trim()}`;
}

/** Room for the longest context that still leaves an answer its tokens; a longer one loses its beginning. */
export const roomFor = (
  { responseTokens }: LengthsConfig,
  maxPositions: number,
  most: number,
): LengthsConfig => ({
  responseTokens,
  promptTokens: Math.max(4, Math.min(most, maxPositions - responseTokens)),
});

export interface TaskForm {
  /** What is put before a text to have it done. */
  before: string;
  /** What it is tried on where nothing is typed. */
  example: string;
}

/** The text as this task, whatever task it was before. */
export function asTask(text: string, task: TaskForm, all: readonly TaskForm[]): string {
  const known = all.find(({ before }) => text.startsWith(before));
  const bare = (known ? text.slice(known.before.length) : text).trim();
  return `${task.before} ${bare || task.example}`;
}
