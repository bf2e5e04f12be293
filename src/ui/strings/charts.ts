/** Names of the metrics that are drawn, by their keys in `algorithms/diagnostics.ts`, which says what they mean. */
export const charts: {
  x: string;
  none: string;
  /** What is marked on the way. */
  saved: string;
  alarm: string;
  /** Of a chart, where that is another than its first curve's name. */
  titles: Readonly<Record<string, string>>;
  names: Readonly<Record<string, string>>;
  /** Short forms of the table's units, for beside a number; those that are missing are not shown. */
  units: Readonly<Record<string, string>>;
} = {
  x: 'step',
  saved: 'saved',
  alarm: 'alarm since',
  none: 'Curves appear here with the first step.',
  titles: {
    'objective/scores': 'Reward',
    'objective/kl': 'KL',
    'loss/train': 'Loss',
    'rewards/accuracies': 'Accuracy',
    'rewards/chosen': 'Implied rewards',
    'rewards/margins': 'Implied margin',
    'logps/chosen': 'Log-probabilities',
    nll_loss: 'Loss on the chosen',
    kl: 'KL baseline, z',
  },
  names: {
    'objective/scores': 'reward model',
    'objective/score_spread': 'Disagreement of the reward model',
    'eval/spread': 'Disagreement on held-out answers',
    'objective/gold': 'gold',
    'objective/kl': 'k1',
    'objective/kl_k3': 'k3, never below 0',
    'objective/kl_exact': 'exact',
    'objective/kl_coef': 'KL coefficient',
    'loss/train': 'training',
    'eval/loss': 'held-out',
    'rewards/accuracies': 'training',
    'eval/rewards/accuracies': 'held-out',
    'rewards/chosen': 'chosen',
    'rewards/rejected': 'rejected',
    'rewards/margins': 'training',
    'eval/rewards/margins': 'held-out',
    'logps/chosen': 'chosen',
    'logps/rejected': 'rejected',
    nll_loss: 'training',
    'eval/nll_loss': 'held-out',
    kl: 'training',
    'eval/kl': 'held-out',
    'objective/entropy': 'Entropy',
    'val/var_explained': 'Explained variance',
    'loss/value_avg': 'Value loss',
    frac_reward_zero_std: 'Groups of equal rewards',
    'policy/clipfrac_avg': 'Clip fraction',
    'val/ratio': 'Ratio',
    'policy/approxkl_avg': 'KL of the update',
    'loss/kl': 'KL in the loss',
    'loss/ptx': 'Loss on plain text',
    'response/length': 'Length',
    'response/distinct_2': 'Distinct pairs of tokens',
    'val/num_eos_tokens': 'Answers that end',
    'val/contain_ties': 'Ties',
    'policy/grad_norm': 'Gradient norm',
    'privacy/epsilon': 'Privacy spent, epsilon',
    'privacy/clipped': 'Gradients shortened for privacy',
  },
  units: {
    'nats per response': 'nats',
    'nats per token': 'nats',
    nats: 'nats',
    tokens: 'tokens',
  },
};
