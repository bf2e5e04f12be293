/** What is written, answered and judged: prompts, demonstrations, samples, rankings, rollouts and comparisons of models. */
export type Id = string;

/** Who or what made a label or a text. Simulated labels are never mixed in silently. */
export type Source = 'human' | 'simulated' | 'built-in' | 'imported';

/** Whether a record may be trained on. The split is by prompt, so all answers to one prompt share it. */
export type Split = 'train' | 'held-out';

/** The tasks of the built-in world. A person's own prompts are `own` and carry no check. */
export const TASKS = [
  'story',
  'answer',
  'unknown',
  'list',
  'json',
  'rewrite',
  'grounded',
  'unsafe',
  'borderline',
  'own',
] as const;
export type Task = (typeof TASKS)[number];

/** How an answer to a prompt of the built-in world is checked by rule; see `data/gold.ts`. */
export type Check =
  | { kind: 'story'; subject: string }
  | { kind: 'answer'; accepted: string[] }
  | { kind: 'unknown' }
  | { kind: 'list'; members: string[]; count: number }
  | { kind: 'json'; expected: Record<string, string> }
  | { kind: 'rewrite'; form: 'polite' | 'shorter'; keep: string[]; original: string }
  | { kind: 'grounded'; accepted: string[]; passage: string }
  | { kind: 'refuse' }
  | { kind: 'help'; keywords: string[] };

export interface Prompt {
  id: Id;
  text: string;
  task: Task;
  split: Split;
  source: Source;
  /** Null where no rule can tell a good answer, as for a person's own prompts. */
  check: Check | null;
}

/** A prompt with the response that a labeler would want: what supervised fine-tuning learns from. */
export interface Demonstration extends Prompt {
  response: string;
  /** Version of the guidelines that its writer was shown; absent where there were none. */
  guidelinesVersion?: number;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/** K responses of one policy to one prompt, as they were drawn. */
export interface Sample {
  id: Id;
  prompt: Prompt;
  checkpointId: Id;
  temperature: number;
  seed: number;
  responses: SampledResponse[];
  createdAt: number;
}

export interface SampledResponse {
  text: string;
  /** Response tokens, with the end-of-sequence token where there is one. */
  tokens: number;
  /** Whether the end-of-sequence token was reached before the length limit. */
  finished: boolean;
  /** The prompt that it was drawn for, where it was borrowed from another one. */
  borrowedFrom?: Id;
}

export interface LabelerInfo {
  id: Id;
  name: string;
  source: 'human' | 'simulated';
  /** Name of the rule of a simulated labeler. */
  rule?: string;
}

/**
 * One labeler's verdict on one sample. `ranks[k]` is the rank of `responses[k]`, 1 is best, equal ranks
 * are ties. `skipped` carries no preference; in `all-bad` the order still counts but none is good.
 */
export interface Ranking {
  id: Id;
  sampleId: Id;
  prompt: Prompt;
  responses: string[];
  ranks: number[];
  verdict: 'ranked' | 'all-bad' | 'skipped';
  flagged: boolean;
  /** The order in which the responses were shown: positions on screen to indices of `responses`. */
  shown: number[];
  labeler: LabelerInfo;
  /** Time that the labeler looked at it, in seconds; 0 where simulated. */
  seconds: number;
  createdAt: number;
  /** Version of the guidelines that the labeler was shown; absent where there were none, as for a rule. */
  guidelinesVersion?: number;
  /** Shown again to see how far the labeler agrees with themselves; never learned from. */
  repeat?: boolean;
  /** What the labeler said of each response beside its rank, where they were asked. */
  forms?: ResponseForm[];
}

/** InstructGPT's form for one response; the questions are those of `data/instruct-form.ts`. */
export interface ResponseForm {
  /** 1 to 7; null while it is open. */
  overall: number | null;
  /** Answers by the name of the question. */
  answers: { [question: string]: boolean };
}

/**
 * All pairs of one ranking: one element of a reward-model batch (InstructGPT, section 3.5), so that a
 * response is read once and not K - 1 times. Pairs index `responses`; ties give no pair.
 */
export interface Comparison {
  id: Id;
  rankingId: Id;
  prompt: Prompt;
  responses: string[];
  pairs: { better: number; worse: number }[];
  /** Of the labels: a person's or a simulated labeler's. */
  source: Source;
}

/** One response token of a rollout. All log-probabilities in nats. */
export interface RolloutToken {
  text: string;
  logProbability: number;
  referenceLogProbability: number;
  reward: number;
  value: number;
  advantage: number;
  return: number;
  /** New over old probability after the last pass over this rollout. */
  ratio: number;
  clipped: boolean;
}

/** One episode of PPO, kept for people to look at. */
export interface Rollout {
  id: Id;
  runId: Id;
  step: number;
  query: string;
  response: string;
  /** Score of the reward model for the whole response, before the KL penalty. */
  score: number;
  /** Gold score by rule, where the prompt has a check. */
  gold: number | null;
  /** Sum of k1 over the response, nats. */
  kl: number;
  finished: boolean;
  tokens: RolloutToken[];
}

/** What was said of the first answer of a contest; `both-bad` prefers neither and counts as a tie. */
export const OUTCOMES = ['win', 'loss', 'tie', 'both-bad'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The same prompt answered by two or more checkpoints with the same seed and decoding. */
export interface Contest {
  id: Id;
  prompt: Prompt;
  answers: { checkpointId: Id; text: string; finished: boolean; gold: number | null }[];
  seed: number;
  temperature: number;
  /** What the judge said of the first answer; absent where only the counts were kept. */
  outcome?: Outcome;
  /** A rule was asked twice, with the sides swapped, and contradicted itself: the outcome is a tie. */
  contradicted?: boolean;
}

export interface WinRate {
  wins: number;
  losses: number;
  ties: number;
  /** (wins + ties / 2) / all. */
  value: number;
  /** 95% Wilson interval. */
  low: number;
  high: number;
}

export interface Evaluation {
  id: Id;
  /** The checkpoint under test and the one it is compared with. */
  checkpointId: Id;
  baselineId: Id;
  judge: LabelerInfo;
  winRate: WinRate;
  /** Mean over responses of the summed k1 against the baseline, nats per response; null where a person's votes are all there is. */
  kl: number | null;
  gold: { checkpoint: number; baseline: number } | null;
  contests: Contest[];
  createdAt: number;
}

/**
 * Whoever ranks: a person in the app, a rule in a test or a headless run. It is asked one sample at a
 * time and may take as long as it likes.
 */
export interface Labeler {
  info: LabelerInfo;
  rank(sample: Sample): Promise<Ranking>;
}
