/** From judged answers to points of the figure, on a scale that proxy and gold share. */
import { bestOfNEstimate, bestOfNKl } from '../algorithms/best-of-n';
import { mean } from '../algorithms/statistics';
import type { Prompt } from '../records';
import type { JudgedAnswers } from '../stages/6-best-of-n';
import type { SweepAnswer, SweepPoint, SweepScale } from '../studies';
import { gain, type Judged } from './measure';

/** Answers that are shown of each point. */
const SHOWN = 3;

export interface Baseline {
  scale: SweepScale;
  /** Means of the reference's answers, by prompt. */
  proxy: number[];
  gold: number[];
}

/** Answers of which a rule knows how good they are. */
export type Answers = JudgedAnswers & { gold: number[] };

/** Where 0 is, and how long 1 is. @throws Error where there is no spread to measure by */
export function baselineOf(answers: readonly Answers[]): Baseline {
  const scaled = (name: 'proxy' | 'gold') => {
    const centers = answers.map((each) => mean(each[name]));
    const squares = answers.flatMap((each, i) => each[name].map((value) => (value - centers[i]!) ** 2)); // prettier-ignore
    const deviation = Math.sqrt(mean(squares));
    if (!(deviation > 0))
      throw new Error(`All answers of the fine-tuned model to a prompt have one ${name === 'gold' ? 'gold score' : 'reward'}, so there is no scale to measure on. Draw more answers to each prompt, or fine-tune less.`); // prettier-ignore
    return { centers, mean: mean(centers), deviation };
  };
  const [proxy, gold] = [scaled('proxy'), scaled('gold')];
  return {
    scale: {
      proxy: { mean: proxy.mean, deviation: proxy.deviation },
      gold: { mean: gold.mean, deviation: gold.deviation },
    },
    proxy: proxy.centers,
    gold: gold.centers,
  };
}

export function bestOfNPoints(answers: readonly Answers[], baseline: Baseline): SweepPoint[] {
  const N = answers[0]!.proxy.length;
  const sizes = Array.from({ length: Math.floor(Math.log2(N)) + 1 }, (_, i) => 2 ** i);
  return sizes.map((n) => {
    const proxy = answers.map((each) => bestOfNEstimate(each.proxy, each.proxy, n));
    const gold = answers.map((each) => bestOfNEstimate(each.proxy, each.gold, n));
    const picks = answers.map((each) => each.proxy.indexOf(Math.max(...each.proxy.slice(0, n))));
    const shown = answers.map((each, i) => answerOf(each.prompt, each.texts[picks[i]!]!, each.proxy[picks[i]!]!, each.gold[picks[i]!]!)); // prettier-ignore
    const where = { method: 'best-of-n' as const, coefficient: null, n, step: 0 };
    return pointOf(where, { proxy, gold, kl: bestOfNKl(n) }, shown, baseline);
  });
}

export function pointOf(
  where: Pick<SweepPoint, 'method' | 'coefficient' | 'n' | 'step'>,
  { proxy, gold, kl }: Pick<Judged, 'proxy' | 'gold' | 'kl'>,
  answers: readonly SweepAnswer[],
  { scale, ...baseline }: Baseline,
): SweepPoint {
  const ofGold = gain(gold, baseline.gold);
  const by = (value: number) => value / scale.gold.deviation;
  return {
    ...where,
    kl,
    sqrtKl: Math.sqrt(Math.max(0, kl)),
    proxy: gain(proxy, baseline.proxy).value / scale.proxy.deviation,
    gold: by(ofGold.value),
    interval: { low: by(ofGold.low), high: by(ofGold.high) },
    raw: { proxy: mean(proxy), gold: mean(gold) },
    answers: answers.slice(0, SHOWN),
  };
}

const answerOf = ({ text }: Prompt, response: string, proxy: number, gold: number) => ({
  prompt: text,
  response,
  proxy,
  gold,
});

export const answersOf = (
  prompts: readonly Prompt[],
  { texts, proxy, gold }: Judged,
): SweepAnswer[] => prompts.map((prompt, i) => answerOf(prompt, texts[i]!, proxy[i]!, gold[i]!));
