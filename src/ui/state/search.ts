/**
 * Looking for what the reward model is wrong about: the best of many answers by its score, whether they are better by
 * gold, too, and a queue of the answers that it likes best for a person to judge. Pure, so that it can be tested.
 */
import { pairedBootstrap, type Estimate } from '../../algorithms/bootstrap';
import { wilsonInterval } from '../../algorithms/win-rate';
import { gold } from '../../data/gold';
import type {
  Checkpoint,
  Id,
  Probe,
  Prompt,
  Review,
  Rollout,
  ScoredAnswer,
  SearchProbe,
} from '../../records';

/** The best of some answers to a prompt by their scores, and the first, which was drawn like the rest. */
export function bestOf(
  prompt: Prompt,
  texts: readonly string[],
  scores: readonly number[],
): SearchProbe['found'][number] {
  const answers = texts.map((text, i): ScoredAnswer => {
    return { text, score: scores[i] ?? NaN, gold: gold(prompt, text)?.total ?? null };
  });
  const [first] = answers;
  if (!first || answers.some(({ score }) => Number.isNaN(score)))
    throw new Error(`The reward model gave ${scores.length} scores for ${texts.length} answers.`);
  const best = answers.reduce((top, each) => (each.score > top.score ? each : top), first);
  return { prompt, first, best };
}

export interface Improvement {
  /** Score of the best less that of the first. */
  reward: Estimate;
  /** The same of gold; null where no prompt has a check. */
  gold: Estimate | null;
  /** Among prompts on which the search found another answer the share of those that are better by gold. */
  better: (Estimate & { n: number }) | null;
}

/** Less than this is no difference of gold. */
const SAME = 1e-9;

export function improvementOf({ found }: SearchProbe, seed: number): Improvement {
  const of = (key: 'score' | 'gold', some: SearchProbe['found']) =>
    pairedBootstrap(some.map(({ best }) => best[key] ?? 0), some.map(({ first }) => first[key] ?? 0), { seed }); // prettier-ignore
  const known = found.filter(({ first, best }) => first.gold !== null && best.gold !== null);
  const moved = known.filter(({ first, best }) => first.text !== best.text);
  const better = moved.filter(({ first, best }) => (best.gold ?? 0) > (first.gold ?? 0) + SAME).length; // prettier-ignore
  const [low, high] = moved.length ? wilsonInterval(better, moved.length) : [NaN, NaN];
  return {
    reward: of('score', found),
    gold: known.length ? of('gold', known) : null,
    better: moved.length ? { value: better / moved.length, low, high, n: moved.length } : null,
  };
}

/** An answer that the reward model likes, to be judged by a person. */
export interface Liked {
  id: Id;
  prompt: Prompt;
  checkpointId: Id;
  rewardModelId: Id;
  answer: string;
  score: number;
  gold: number | null;
  /** The step of optimisation at which it was said; null where a search found it. */
  step: number | null;
}

/**
 * Answers of the newest optimisation and of all searches by one reward model, the highest scores first, each text once.
 * @param run what the rollouts are of; null where there are none
 */
export function likedOf(
  rollouts: readonly Rollout[],
  run: { checkpoint: Checkpoint | null; rewardModelId: Id | null } | null,
  probes: readonly Probe[],
  prompts: readonly Prompt[],
  rewardModelId: Id,
): Liked[] {
  const known = new Map(prompts.map((prompt) => [prompt.text, prompt]));
  const said = run?.rewardModelId !== rewardModelId ? [] : rollouts;
  const all = [
    ...said.map(({ query, response, score, gold: ofGold, step }) => ({
      prompt: known.get(query) ?? ownPrompt(query),
      checkpointId: run?.checkpoint?.id ?? '',
      answer: response,
      score,
      gold: ofGold,
      step,
    })),
    ...probes.flatMap(
      (probe) =>
      probe.kind !== 'search' || probe.rewardModelId !== rewardModelId
        ? []
        : probe.found.map(({ prompt, best }) => ({ prompt, checkpointId: probe.checkpointId, answer: best.text, score: best.score, gold: best.gold, step: null })), // prettier-ignore
    ),
  ].sort((x, y) => y.score - x.score);
  const seen = new Set<string>();
  return all.flatMap((each) => {
    const id = `review:${rewardModelId}:${JSON.stringify([each.prompt.text, each.answer])}`;
    if (seen.has(id)) return [];
    seen.add(id);
    return [{ ...each, id, rewardModelId }];
  });
}

const ownPrompt = (text: string): Prompt => ({
  id: `rollout:${text}`,
  text,
  task: 'own',
  split: 'train',
  source: 'built-in',
  check: null,
});

/** How many of the reviewed answers are good, with an interval; null before the first. */
export function reviewedShare(reviews: readonly Review[]): (Estimate & { n: number }) | null {
  const sure = reviews.filter(({ verdict }) => verdict !== 'unsure');
  if (sure.length === 0) return null;
  const good = sure.filter(({ verdict }) => verdict === 'good').length;
  const [low, high] = wilsonInterval(good, sure.length);
  return { value: good / sure.length, low, high, n: sure.length };
}
