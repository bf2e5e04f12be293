/**
 * What the numbers of a training run mean: one row for each metric with its definition, unit, healthy range and
 * what sickness looks like. Charts, alarms and reports read this one table. Plain data, no tensors.
 *
 * Names are TRL's where it has one (`docs/source/logging.md`). Ranges are those of published runs (Huang 2024, "The
 * N+ implementation details of RLHF with PPO"; TRL's FAQ; CleanRL), and rules of thumb for models of this size.
 */
export interface Diagnostic {
  definition: string;
  unit: string;
  /** Where it usually is in a run that goes well; null where that side has no bound. */
  healthy: readonly [from: number | null, to: number | null];
  /** What it looks like when something is wrong, and what that means. */
  sick: string;
}

const row = (
  definition: string,
  unit: string,
  healthy: Diagnostic['healthy'],
  sick: string,
): Diagnostic => ({ definition, unit, healthy, sick });

// prettier-ignore
export const DIAGNOSTICS = {
  // What was sampled
  'objective/scores': row('Mean score of the reward model, after the missing-EOS rule, before any normalisation.', 'reward', [null, null], 'Rises without bound while gold is flat or falls: over-optimisation. Flat: the learning rate is too small, or the reward model says nothing.'),
  'objective/scores_std': row('Standard deviation of the scores of a rollout.', 'reward', [1e-3, null], 'Falls to 0: all responses score the same and nothing is learned.'),
  'objective/score_spread': row('Mean deviation of the members of the reward model from their mean, where it has several.', 'reward', [0, null], 'Grows while the scores rise: the policy goes where none of the members was taught.'),
  'objective/gold': row('Mean gold score by rule, where prompts have one; hidden from training.', 'share of 1', [0, 1], 'Falls while scores rise: the reward model is being fooled.'),
  'objective/kl': row('Mean over responses of the summed k1 = log policy - log reference.', 'nats per response', [-0.5, 10], 'Stays below 0: responses are not drawn from the policy (temperature, top-k, padding). Above 20: the policy drifts where the reward model was never taught. Jumps: the learning rate.'),
  'objective/kl_k3': row('The same by k3 = exp(-k1) - 1 + k1, which is never negative.', 'nats per response', [0, 10], 'Far above k1: a few tokens that the reference finds much likelier.'),
  'objective/kl_exact': row('The same over the whole vocabulary at every token of the rollout.', 'nats per response', [0, 10], 'What k1 and k3 estimate; where they part from it for long, they are noise.'),
  'objective/kl_coef': row('Beta: what a nat costs.', 'reward per nat', [0, 1], 'Runs to 0 or explodes: the target of adaptive control cannot be reached.'),
  'objective/non_score_reward': row('-beta times the mean KL.', 'reward', [null, null], 'Outweighs the scores: the policy is paid for not moving.'),
  'objective/rlhf_reward': row('Mean score less beta times the mean KL: what is maximised.', 'reward', [null, null], 'Falls: the update does harm; lower the learning rate.'),
  'objective/entropy': row("Mean entropy of the policy's choice of a token.", 'nats per token', [0.05, null], 'Falls to 0: the policy says one thing only. Grows: too large an entropy bonus.'),
  'response/length': row('Mean response tokens, with the end of sequence.', 'tokens', [1, null], 'Climbs with the score: the reward model pays for length. Falls to 1 or 2: it pays for silence.'),
  'response/distinct_2': row('Distinct pairs of tokens over all pairs of a rollout.', 'share of 1', [0.1, 1], 'Falls by half: responses repeat one another or themselves.'),
  'val/num_eos_tokens': row('Responses that ended before the length limit.', 'responses', [1, null], 'Falls to 0: the policy has forgotten to stop.'),
  frac_reward_zero_std: row('Share of groups whose rewards are all equal.', 'share of 1', [0, 0.5], 'Near 1: prompts are too easy or too hard, or the policy says one thing only; nothing is learned from such a group.'),
  episode: row('Episodes so far.', 'episodes', [0, null], ''),
  // The update of the policy
  'policy/approxkl_avg': row('Mean of (log new - log old)^2 / 2 over the passes of a step.', 'nats per token', [0, 0.03], 'Above 0.03 for long: steps are too large.'),
  'policy/clipfrac_avg': row('Share of tokens whose loss the clip has raised.', 'share of 1', [0, 0.3], 'Above 0.3: too many passes, or too large a learning rate.'),
  'policy/grad_norm': row('L2 norm of all gradients, before clipping.', '', [0, null], 'Spikes before everything else does; 0 where nothing is left to learn.'),
  'policy/passes': row('Passes over the rollout before the KL stopped them.', 'passes', [1, null], 'Always 1: the stop is too strict, or steps are too large.'),
  'loss/policy_avg': row('Mean clipped policy loss.', '', [null, null], 'Its sign says little; look at scores and KL.'),
  'loss/kl': row('Mean k3 from the reference, as GRPO has it in its loss.', 'nats per token', [0, 1], 'Grows without bound: raise the coefficient.'),
  'loss/ptx': row('Loss on the plain text that is mixed in.', 'nats per token', [0, null], 'Rises: the policy forgets its language; raise the weight of the text.'),
  'val/ratio': row('Mean new over old probability.', '', [0.9, 1.1], 'Not 1 in the first minibatch is a fault of the program; far from 1 later: steps are too large.'),
  'val/ratio_max': row('Largest new over old probability.', '', [0, 10], 'Above 10: a few tokens have become far likelier; the update is no longer to be trusted.'),
  // The update of the critic
  'loss/value_avg': row('Half the mean squared error of values, clipped.', 'reward squared', [0, null], 'Spikes: the scale of scores has changed, or the learning rate is too high.'),
  'val/error': row('Mean squared error of values.', 'reward squared', [0, null], 'Does not fall: the critic learns nothing.'),
  'val/clipfrac_avg': row('Share of values whose loss the clip has raised.', 'share of 1', [0, 0.5], 'Near 1: the clip range is too small for the scale of the scores.'),
  'val/grad_norm': row("L2 norm of the value model's gradients.", '', [0, null], 'Spikes with the value loss.'),
  'val/var_explained': row('1 - Var(return - value) / Var(return); not a number where all returns are equal.', '', [0, 1], 'Below 0 for long: values do worse than a constant; let the critic warm up.'),
  // Learning from labels
  'loss/train': row('The loss that is minimised.', 'nats', [0, null], 'Falls while the held-out loss rises: it learns the labels by heart.'),
  'eval/loss': row('The same on held-out prompts.', 'nats', [0, null], 'Rises: stop, or keep the best.'),
  'eval/best_loss': row('Lowest held-out loss so far.', 'nats', [0, null], ''),
  'rewards/accuracies': row('Share of pairs in the right order, in training.', 'share of 1', [0.5, 1], '1 while the held-out accuracy falls: learned by heart.'),
  'eval/accuracy': row('Share of held-out pairs in the right order.', 'share of 1', [0.55, 1], 'Near 0.5: too few labels (fewer than about 2,000 pairs, Gao 2022), or labels that contradict each other.'),
  'eval/accuracy_low': row('Lower end of its 95% interval, counting prompts.', 'share of 1', [0.5, 1], 'Below 0.5: it may be chance.'),
  'eval/accuracy_high': row('Upper end of its 95% interval, counting prompts.', 'share of 1', [0.5, 1], ''),
  'eval/spread': row('Mean deviation of the members of the reward model from their mean, on held-out answers.', 'reward', [0, null], 'Near 0: the members are too alike to tell what they do not know.'),
  'rewards/margins': row('Mean reward of the chosen less that of the rejected.', 'reward', [0, null], 'Grows fast: sure of itself beyond what labels can say.'),
  'rewards/chosen': row('Mean implied reward of chosen responses.', 'reward', [null, null], 'Falls together with the rejected one: the loss only sees their difference.'),
  'rewards/rejected': row('Mean implied reward of rejected responses.', 'reward', [null, null], ''),
  'rewards/bias': row('What centring on demonstrations adds to every score.', 'reward', [null, null], ''),
  'logps/chosen': row('Mean log-probability of chosen responses.', 'nats per response', [null, 0], 'Falls: mix in the loss of fine-tuning.'),
  'logps/rejected': row('Mean log-probability of rejected responses.', 'nats per response', [null, 0], ''),
  nll_loss: row('Mean loss of fine-tuning on chosen responses.', 'nats per token', [0, null], 'Rises: the policy unlearns good answers.'),
  kl: row('Mean log-ratio of mismatched responses, not below 0: the z of KTO.', 'nats per response', [0, 10], 'Grows: the policy drifts on everything.'),
  'eval/rewards/accuracies': row('Share of held-out pairs in the right order by implied reward.', 'share of 1', [0.55, 1], 'Near 0.5: nothing that carries over was learned.'),
  'eval/rewards/margins': row('Mean held-out implied margin.', 'reward', [0, null], ''),
  'eval/rewards/chosen': row('Mean implied reward of held-out chosen responses.', 'reward', [null, null], ''),
  'eval/rewards/rejected': row('Mean implied reward of held-out rejected responses.', 'reward', [null, null], ''),
  'eval/logps/chosen': row('Mean log-probability of held-out chosen responses.', 'nats per response', [null, 0], ''),
  'eval/logps/rejected': row('Mean log-probability of held-out rejected responses.', 'nats per response', [null, 0], ''),
  'eval/nll_loss': row('Mean loss of fine-tuning on held-out chosen responses.', 'nats per token', [0, null], ''),
  'eval/kl': row('The z of KTO on held-out responses.', 'nats per response', [0, 10], ''),
  'val/contain_ties': row('Pairs of a step that the judge could not tell apart.', 'pairs', [0, null], 'All of them: the policy says one thing only, or the judge is asleep.'),
  'privacy/epsilon': row('Epsilon of all steps so far at the delta of the settings: how much likelier, as a logarithm, any outcome may become by one demonstration.', 'nats', [0, 10], 'Above 10: next to nothing is promised; more noise, fewer passes, or more demonstrations.'),
  'privacy/clipped': row('Share of the demonstrations of a step whose gradient was shortened; of the private data, and not covered by epsilon.', 'share of 1', [0.05, 1], 'Near 0: the clip norm is larger than it need be, and the noise with it.'),
  'privacy/examples': row('Demonstrations that chance drew for a step; not covered by epsilon.', 'demonstrations', [0, null], ''),
  lr: row('Learning rate.', '', [0, null], ''),
} as const satisfies Record<string, Diagnostic>;

export type MetricName = keyof typeof DIAGNOSTICS;

/** Whether a metric has no row, or a value within the healthy range of its row; NaN is not. */
export function isHealthy(metric: string, value: number): boolean {
  const diagnostic: Diagnostic | undefined = (DIAGNOSTICS as Record<string, Diagnostic>)[metric];
  if (!diagnostic) return true;
  const [from, to] = diagnostic.healthy;
  return value >= (from ?? -Infinity) && value <= (to ?? Infinity);
}
