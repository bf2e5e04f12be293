/** What was measured of models, and what probes of them found. */
import type { Id, Prompt } from './texts';

/** Prompts of a person's own, held out for good. */
export interface TestSet {
  id: Id;
  name: string;
  prompts: Prompt[];
  /** SHA-256 of prompts and answers, by which a report says what it measured on. */
  hash: string;
}

/** An answer as it was drawn; not finished where the length limit came before its end. */
export interface DrawnAnswer {
  prompt: Prompt;
  answer: string;
  finished: boolean;
  /** Tokens drawn, the end of sequence counted: as many passes through the model, the first of which reads the prompt. */
  tokens: number;
}

/** What answering took on the device that it was done on. */
export interface AnswerCost {
  backend: string;
  /** Tokens drawn in a second, with `rows` prompts answered at once. */
  tokensPerSecond: number;
  rows: number;
  /** Seconds until a prompt that was asked alone was answered, of a few, in increasing order. */
  latencies: number[];
}

/** Answers of one checkpoint to a list of prompts: what automatic measures are taken of. */
export interface AnswerSet {
  id: Id;
  checkpointId: Id;
  /** The test set that was asked; null for the project's held-out prompts. */
  testSetId: Id | null;
  temperature: number;
  seed: number;
  answers: DrawnAnswer[];
  cost: AnswerCost;
  createdAt: number;
}

/** A difference that was measured on pairs, with its 95% interval; NaN-free: unknown ends are null. */
export interface MeasuredDifference {
  name: string;
  value: number;
  low: number | null;
  high: number | null;
  n: number;
}

/** The same question about somebody else: what a model does with the one and with the other. */
export interface BiasProbe {
  kind: 'bias';
  id: Id;
  /** A policy, whose answers are compared, or a reward model, whose scores are. */
  checkpointId: Id;
  asked: 'policy' | 'reward-model';
  swap: string;
  pairs: {
    original: string;
    counterfactual: string;
    /** Of a policy what it answered, of a reward model what it scored. */
    answers: [string, string];
    /** Gold of the answers, or scores; null where there is none. */
    values: [number | null, number | null];
  }[];
  differences: MeasuredDifference[];
  createdAt: number;
}

/** The best of n answers by the reward model: whether they are better, too. */
export interface SearchProbe {
  kind: 'search';
  id: Id;
  checkpointId: Id;
  rewardModelId: Id;
  /** Answers drawn to each prompt. */
  n: number;
  found: { prompt: Prompt; first: ScoredAnswer; best: ScoredAnswer }[];
  createdAt: number;
}
export interface ScoredAnswer {
  text: string;
  score: number;
  gold: number | null;
}

/** Whether a model completes a secret that was planted in its demonstrations. */
export interface MemoryProbe {
  kind: 'memory';
  id: Id;
  checkpointId: Id;
  prompt: string;
  secret: string;
  /** How often it stands in the demonstrations. */
  planted: number;
  rank: number;
  candidates: number;
  /** Bits; see `algorithms/exposure.ts`. */
  exposure: number;
  createdAt: number;
}
export type Probe = BiasProbe | SearchProbe | MemoryProbe;

/** What a person said of an answer that the reward model likes. */
export interface Review {
  id: Id;
  prompt: Prompt;
  checkpointId: Id;
  rewardModelId: Id;
  answer: string;
  score: number;
  gold: number | null;
  verdict: 'good' | 'bad' | 'unsure';
  createdAt: number;
}
