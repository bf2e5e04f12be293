/**
 * What labelers were told, in every version: a label means something only beside the guidelines that it was
 * made by. Versions are never changed or taken away; each names its text by a hash.
 */
import { sha256 } from './sha256';
import { tidyText } from './template';

export interface GuidelinesVersion {
  /** 1 for the first. */
  version: number;
  text: string;
  /** SHA-256 of the text. */
  hash: string;
  createdAt: number;
}

/** The history with a text as its last version; the same history where that is its text already. */
export function withGuidelines(
  history: readonly GuidelinesVersion[],
  text: string,
  now: number,
): readonly GuidelinesVersion[] {
  const tidy = tidyText(text);
  const hash = sha256(tidy);
  if (history.at(-1)?.hash === hash) return history;
  return [...history, { version: history.length + 1, text: tidy, hash, createdAt: now }];
}

/** The version that was in force at a time; null before the first. */
export const guidelinesAt = (
  history: readonly GuidelinesVersion[],
  time: number,
): GuidelinesVersion | null => history.findLast(({ createdAt }) => createdAt <= time) ?? null;

/** Why a history cannot be trusted, as a sentence; null where it can. */
export function guidelinesProblem(history: readonly GuidelinesVersion[]): string | null {
  for (const [i, { version, text, hash, createdAt }] of history.entries()) {
    if (version !== i + 1) return `Version ${i + 1} of the guidelines is numbered ${version}.`;
    if (sha256(text) !== hash) return `Version ${version} of the guidelines is not the text that its hash names.`; // prettier-ignore
    if (createdAt < (history[i - 1]?.createdAt ?? createdAt)) return `Version ${version} of the guidelines is older than the one before it.`; // prettier-ignore
  }
  return null;
}
