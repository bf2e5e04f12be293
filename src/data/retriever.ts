/**
 * A small library of a person's own notes: what fits a question is found and put before it, so that a model
 * can answer from what it reads (retrieval-augmented generation). Passages are ranked by BM25+,
 *
 *     Σ_t ln(1 + (N − n_t + ½) / (n_t + ½)) (δ + f_t (k + 1) / (f_t + k (1 − b + b L / L̄)))
 *
 * over the different words t of the question that the passage has, with f_t their count in it, n_t the passages that have
 * them, L its number of different words, k = 1.2, b = 0.7, δ = 0.5; minisearch multiplies the sum by how many
 * of the words are there. Words count in lower case, without those that carry no content.
 *
 * Sources: Robertson 1994; Lv and Zhai 2011, "Lower-bounding term frequency normalization", for δ.
 */
import MiniSearch from 'minisearch';
import type { Id } from '../records';
import { contentWords, wordsOf } from './gold-text';
import { sha256 } from './sha256';

export interface Note {
  title: string;
  text: string;
}

export interface Passage {
  id: Id;
  title: string;
  text: string;
}

export interface Found extends Passage {
  score: number;
  /** Words of the question that it has. */
  words: string[];
}

/** Paragraphs of notes, which empty lines part; long ones are cut between sentences. */
export function passagesOf(notes: readonly Note[], longest = 400): Passage[] {
  return notes.flatMap(({ title, text }, n) =>
    text
      .split(/\n\s*\n/)
      .flatMap((paragraph) => piecesOf(paragraph.trim().replace(/\s+/g, ' '), longest))
      .map((piece, i) => ({
        id: `passage:${sha256(`${n}\n${i}\n${title}\n${piece}`).slice(0, 16)}`,
        title,
        text: piece,
      })),
  );
}

/** Sentences together up to so many characters; one longer than that stays whole. */
function piecesOf(paragraph: string, longest: number): string[] {
  const pieces: string[] = [];
  for (const sentence of paragraph.split(/(?<=[.!?])\s+/)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + sentence.length < longest)
      pieces[pieces.length - 1] = `${last} ${sentence}`;
    else if (sentence !== '') pieces.push(sentence);
  }
  return pieces;
}

export interface Retriever {
  /** Best first; nothing where no word of the question is anywhere. */
  find(question: string, count?: number): Found[];
}

export function retriever(passages: readonly Passage[]): Retriever {
  const index = new MiniSearch<Passage>({
    fields: ['text'],
    tokenize: (text) => wordsOf(text).filter((word) => contentWords(word).size > 0),
    processTerm: (word) => word,
    searchOptions: { tokenize: (question) => [...contentWords(question)] },
  });
  index.addAll(passages);
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  return {
    find: (question, count = 3) =>
      index
        .search(question)
        .flatMap(({ id, score, terms }) => {
          const passage = byId.get(String(id));
          return passage ? [{ ...passage, score, words: terms }] : [];
        })
        .slice(0, count),
  };
}

/** What was found and the question, in the form of the world's own prompts to read. */
export const readingPrompt = (found: readonly Pick<Passage, 'text'>[], question: string): string =>
  found.length === 0
    ? question
    : `Read: ${found.map(({ text }) => text).join(' ')} Question: ${question}`;
