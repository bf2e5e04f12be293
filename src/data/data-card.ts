/** What a model learnt from, as numbers for its report: the same on the page and on the command line. */
import type { Comparison, Demonstration, Prompt, Ranking } from '../records';
import { agreementOf } from './labeler-agreement';
import { findPersonalData } from './personal-data';
import type { DataCard } from './report';
import { sha256 } from './sha256';

interface LearnedFrom {
  demonstrations: readonly Demonstration[];
  prompts: readonly Prompt[];
  rankings: readonly Ranking[];
  comparisons: readonly Comparison[];
}

/** @param seed of the bootstrap of the labelers' agreement */
export function dataCardOf(
  { demonstrations, prompts, rankings, comparisons }: LearnedFrom,
  seed: number,
): DataCard {
  const count = <T>(items: readonly T[], has: (item: T) => boolean) => items.filter(has).length;
  const tasks = [...new Set(demonstrations.map(({ task }) => task))];
  const sources = [...new Set(demonstrations.map(({ source }) => source))];
  const labelers = new Map(rankings.map(({ labeler }) => [labeler.id, labeler]));
  const { alpha } = agreementOf(rankings, seed);
  return {
    demonstrations: tasks.map((task) => ({
      task,
      train: count(demonstrations, (d) => d.task === task && d.split === 'train'),
      heldOut: count(demonstrations, (d) => d.task === task && d.split === 'held-out'),
    })),
    sources: sources.map((source) => ({
      source,
      demonstrations: count(demonstrations, (d) => d.source === source),
    })),
    prompts: {
      train: count(prompts, ({ split }) => split === 'train'),
      heldOut: count(prompts, ({ split }) => split === 'held-out'),
    },
    comparisons:
      rankings.length === 0
        ? null
        : {
            pairs: comparisons.reduce((sum, { pairs }) => sum + pairs.length, 0),
            rankings: rankings.length,
          },
    labelers: [...labelers.values()].map(({ id, name, source }) => ({
      name,
      source,
      rankings: count(rankings, ({ labeler }) => labeler.id === id),
    })),
    agreement: alpha && { alpha: alpha.value, low: alpha.low, high: alpha.high },
    personalData: demonstrations.reduce(
      (sum, { text, response }) =>
        sum + findPersonalData(text).length + findPersonalData(response).length,
      0,
    ),
    hash: demonstrationsHash(demonstrations),
  };
}

/** SHA-256 of what all demonstrations ask and answer, and of their splits. */
export const demonstrationsHash = (demonstrations: readonly Demonstration[]): string =>
  sha256(
    JSON.stringify(demonstrations.map(({ text, response, split }) => [text, response, split])),
  );
