/**
 * Is what an answer says in what it was given to read? Support is the share of its content words that stand in
 * the sources: a floor for grounding and no proof of it, as "the dog bit Max" is supported by "Max bit the dog".
 */
import { contentWords, mentions, wordsOf } from './gold-text';

export interface Support {
  /** 0 to 1; 1 of an answer that says nothing. */
  score: number;
  /** Content words of the answer that no source has. */
  unsupported: string[];
}

/** @param sources the passage, the prompt, or both */
export function support(answer: string, sources: readonly string[]): Support {
  const known = sources.flatMap(wordsOf);
  const content = [...contentWords(answer)];
  const unsupported = content.filter((word) => !mentions(known, word));
  return { score: content.length ? 1 - unsupported.length / content.length : 1, unsupported };
}
