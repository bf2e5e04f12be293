/**
 * Stage 5, looked at: how good a reward model, or an ensemble of them, is on labelled comparisons. It trains
 * nothing. See `algorithms/reward-report.ts` for what is reported.
 */
import { rewardReport, type JudgedPair, type RewardReport } from '../algorithms/reward-report';
import { mean } from '../algorithms/statistics';
import type { LengthsConfig } from '../config';
import { pairBatch, pairWidths } from '../data/batches';
import { responseIds } from '../data/template';
import type { Tokenizer } from '../data/tokenizer';
import { membersOf } from '../model/members';
import { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { scoreByEnsemble } from '../model/score';
import type { Comparison, Progress, Weights } from '../records';

export interface RewardReportInputs {
  /** Reward models, whose members together are one ensemble: its mean score counts. */
  rewards: readonly Weights[];
  /** Held-out ones, or the report flatters. */
  comparisons: readonly Comparison[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  /** Under which name a comparison is counted apart; the source of its labels unless given. */
  sourceOf?: (comparison: Comparison) => string;
}

/** A comparison as the reward model scored it; arrays by response. */
export interface JudgedComparison {
  comparison: Comparison;
  /** In reward: the mean of the members. */
  scores: number[];
  /** In tokens, the end counted. */
  lengths: number[];
  /** How far the members are apart, in reward; 0 of one model. */
  spreads: number[];
}

export interface JudgedReport extends RewardReport {
  /** What all of this was counted from. */
  answers: JudgedComparison[];
  /** Mean over responses of the spread of the members, in reward; 0 of one model. */
  spread: number;
}

/** Rows that are scored together. */
const ROWS = 32;

/** Score every response once, and report. @throws Error where no comparison prefers any response */
export async function* judgeRewardModel(
  inputs: RewardReportInputs,
): AsyncGenerator<Progress, JudgedReport> {
  const { rewards, tokenizer, lengths, sourceOf = ({ source }) => source } = inputs;
  const comparisons = inputs.comparisons.filter(({ pairs }) => pairs.length > 0);
  if (comparisons.length === 0)
    throw new Error('There is no labelled pair to judge the reward model by. Rank some samples of held-out prompts first.'); // prettier-ignore
  const texts = comparisons.flatMap(({ prompt, responses }) => responses.map((response) => ({ text: prompt.text, response }))); // prettier-ignore
  const widths = pairWidths(texts, tokenizer, lengths);
  const members = makeOwned(
    (own) =>
    rewards.flatMap(membersOf).map(({ config, tensors }, i) => own(new Model(`judge-${i}`, config, 'scalar', tensors, false))), // prettier-ignore
  );
  const scores: number[] = [];
  const spreads: number[] = [];
  try {
    for (let start = 0; start < texts.length; start += ROWS) {
      const some = texts.slice(start, start + ROWS);
      const { queries, responses, B } = pairBatch(some, tokenizer, widths, ROWS);
      const judged = await scoreByEnsemble(members, queries, responses, B);
      scores.push(...judged.mean.slice(0, some.length));
      spreads.push(...judged.spread.slice(0, some.length));
      yield { done: scores.length, total: texts.length, what: 'Scoring labelled answers' };
    }
  } finally {
    for (const member of members) member.dispose();
  }
  const sizes = texts.map(({ response }) => responseIds(response, tokenizer, lengths.responseTokens).length); // prettier-ignore
  let offset = 0;
  const answers = comparisons.map((comparison): JudgedComparison => {
    const own = <T>(of: readonly T[]) => of.slice(offset, offset + comparison.responses.length);
    const found = { comparison, scores: own(scores), lengths: own(sizes), spreads: own(spreads) };
    offset += comparison.responses.length;
    return found;
  });
  const pairs = answers.flatMap(({ comparison, ...judged }) =>
    comparison.pairs.map(({ better, worse }): JudgedPair => {
      const side = (i: number) => ({ score: judged.scores[i]!, length: judged.lengths[i]! });
      return { better: side(better), worse: side(worse), source: sourceOf(comparison) };
    }),
  );
  return { ...rewardReport(pairs), answers, spread: mean(spreads) };
}
