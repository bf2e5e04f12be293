/** The records of the exact lab: what it is asked, what it yields, what is stored of it. */
import type { Objective } from '../algorithms/exact-optimum';
import type { Progress } from '../records';
import type { StudyHead } from './head';

/** The methods that are measured, in order. */
export const EXACT_METHODS = ['ppo', 'rloo', 'grpo', 'dpo'] as const;
export type ExactMethod = (typeof EXACT_METHODS)[number];

export interface ExactRequest {
  /** A graph as text; see `data/walks/graph.ts`. */
  graph: string;
  /** What one nat of KL costs, above 0. */
  beta: number;
  seed: number;
  methods: readonly ExactMethod[];
}

/** A method on its way. `sampled` numbers are means over one rollout; others are sums over all walks. */
export interface ExactPoint extends Objective {
  method: ExactMethod;
  beta: number;
  step: number;
  steps: number;
  sampled: boolean;
}

/** The best that any policy can reach at one price of KL. */
export interface FrontierPoint extends Objective {
  beta: number;
}

/** Best of n, of a reference whose walks are all known. */
export interface ExactBestOfN {
  n: number;
  /** Expected reward. */
  exact: number;
  /** KL from the reference, nats per walk; below ln n − (n − 1) / n where walks tie. */
  kl: number;
  /** Expected reward with the walker that takes every edge equally likely. */
  uniform: number;
}

/** What is known of the reference without training anything. */
export interface ExactReference {
  reward: number;
  /** Probability of a step that is no edge. */
  invalid: number;
  /** Expected passes over each edge in one walk, in the order in which the graph's text names them. */
  flows: number[];
  /** Against this reference, over a grid of prices. */
  frontier: FrontierPoint[];
  optimum: FrontierPoint;
  /** The optimum against the walker that takes every edge equally likely. */
  uniformOptimum: FrontierPoint;
  bestOfN: ExactBestOfN[];
}

/** What a trained method came to, over all walks. */
export interface ExactResult extends Objective {
  /** Probability of a step that is no edge. */
  invalid: number;
  /** Passes over each edge, as of the reference. */
  flows: number[];
}

export type ExactEvent =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'reference'; reference: ExactReference }
  | { kind: 'point'; point: ExactPoint }
  | { kind: 'result'; method: ExactMethod; result: ExactResult };

export interface ExactStudy extends StudyHead, ExactRequest {
  kind: 'exact';
  reference: ExactReference | null;
  points: ExactPoint[];
  results: Partial<Record<ExactMethod, ExactResult>>;
}

/** A study of the exact lab before anything has happened. */
export const newExactStudy = (
  head: Omit<StudyHead, 'seed' | 'status' | 'seconds'>,
  request: ExactRequest,
): ExactStudy => ({
  ...head,
  ...request,
  kind: 'exact',
  status: 'running',
  seconds: 0,
  reference: null,
  points: [],
  results: {},
});

/** The study with what has just happened; progress leaves it as it is. */
export function exactStudyWith(study: ExactStudy, event: ExactEvent): ExactStudy {
  switch (event.kind) {
    case 'progress':
      return study;
    case 'reference':
      return { ...study, reference: event.reference };
    case 'point':
      return { ...study, points: [...study.points, event.point] };
    case 'result':
      return { ...study, results: { ...study.results, [event.method]: event.result } };
    default:
      return event satisfies never;
  }
}
