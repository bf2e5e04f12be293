/** What methods report that learn from labels directly, under TRL's names. */

/** What each method measures beside its loss. */
export const PREFERENCE_STATISTICS = {
  dpo: ['chosenReward', 'rejectedReward', 'accuracy', 'chosenLog', 'rejectedLog'],
  kto: ['chosenReward', 'rejectedReward', 'baseline'],
  orpo: ['chosenNll', 'margin', 'accuracy', 'chosenLog', 'rejectedLog'],
} as const;

/** TRL's names. */
const NAMES: Record<string, string> = {
  chosenReward: 'rewards/chosen',
  rejectedReward: 'rewards/rejected',
  accuracy: 'rewards/accuracies',
  margin: 'rewards/margins',
  chosenLog: 'logps/chosen',
  rejectedLog: 'logps/rejected',
  chosenNll: 'nll_loss',
  baseline: 'kl',
};

/** Means over a batch as metrics of training, or with `eval/` before them as those of held-out labels. */
export function preferenceMetrics(
  statistics: Record<string, number>,
  set: 'train' | 'eval',
): Record<string, number> {
  const named: Record<string, number> = {};
  for (const [name, value] of Object.entries(statistics)) {
    if (name === 'loss') named[set === 'train' ? 'loss/train' : 'eval/loss'] = value;
    else named[set === 'train' ? NAMES[name]! : `eval/${NAMES[name]!}`] = value;
  }
  const { chosenReward, rejectedReward } = statistics;
  if (chosenReward !== undefined && rejectedReward !== undefined)
    named[set === 'train' ? 'rewards/margins' : 'eval/rewards/margins'] = chosenReward - rejectedReward; // prettier-ignore
  return named;
}
