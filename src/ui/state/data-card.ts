/** What a model learnt from, as numbers for its report. Pure. */
import { agreementOf } from '../../data/labeler-agreement';
import { findPersonalData } from '../../data/personal-data';
import type { DataCard } from '../../data/report';
import { sha256 } from '../../data/sha256';
import type { Comparison, Demonstration, Project, Prompt, Ranking } from '../../records';

interface Facts {
  project: Project;
  demonstrations: readonly Demonstration[];
  prompts: readonly Prompt[];
  rankings: readonly Ranking[];
  comparisons: readonly Comparison[];
}

export function dataCardOf(facts: Facts): DataCard {
  const { project, demonstrations, prompts, rankings, comparisons } = facts;
  const count = <T>(items: readonly T[], has: (item: T) => boolean) => items.filter(has).length;
  const tasks = [...new Set(demonstrations.map(({ task }) => task))];
  const sources = [...new Set(demonstrations.map(({ source }) => source))];
  const labelers = new Map(rankings.map(({ labeler }) => [labeler.id, labeler]));
  const { alpha } = agreementOf(rankings, project.seed);
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

/** The same digest as that of a run without a page. */
export const demonstrationsHash = (demonstrations: readonly Demonstration[]): string =>
  sha256(
    JSON.stringify(demonstrations.map(({ text, response, split }) => [text, response, split])),
  );
