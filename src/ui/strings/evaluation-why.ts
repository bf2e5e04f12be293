/** Why each part of the evaluation screen measures as it does, and what it looks like when it goes wrong. */
interface Why {
  wrongTitle: string;
  before: readonly string[];
  formulas: readonly { tex: string; label: string }[];
  after: readonly string[];
  wrong: string;
  source: string;
}
const wrongTitle = 'When it goes wrong';

export const evaluationWhy = {
  arena: {
    wrongTitle,
    before: [
      'Reward cannot say whether the policy got better, since it was trained to raise it. So answers are compared in pairs, on prompts that no stage has learnt from, by a judge who does not know whose is whose. Ties count half a win. With w wins and t ties among n contests:',
    ],
    formulas: [
      {
        tex: '\\hue{policy}{p} = \\frac{\\hue{person}{w} + t / 2}{n}',
        label: 'The win rate p is wins plus half the ties, divided by n.',
      },
      {
        tex: 'P(i \\succ j) = \\frac{1}{1 + 10^{(r_j - r_i) / 400}}',
        label:
          'The probability that i is preferred to j is one over one plus ten to the power of the difference of their ratings, r j minus r i, over 400.',
      },
    ],
    after: [
      'Intervals of win rates are Wilson’s; those of ratings come from drawing prompts again, with all their votes. A rule is asked twice, the sides swapped: where it contradicts itself it looked at the side.',
      'The KL says what a change cost: a model that moved far and wins a little is worse than one that moved little and wins as much.',
    ],
    wrong:
      'A win rate of 60% over 20 prompts decides nothing: look at the interval, not the rate. If the reward model says “won” and a person or gold says “lost”, it was over-optimised. If one side always wins on short prompts only, read the contests.',
    source:
      'Wilson 1927; Bradley and Terry 1952; Ouyang et al. 2022, section 3.6; Zheng et al. 2023 on swapped sides.',
  },
  measures: {
    wrongTitle,
    before: [
      'A vote says which answer is better and not what is wrong with the other. Rules count what can be counted: whether it did what was asked, made things up, declined what is harmless, or went along with what is not.',
      'Where nothing was seen in n prompts, the rate is not zero. It is at most the rate at which so many prompts without an incident would still happen once in twenty, close to 3 / n:',
    ],
    formulas: [
      {
        tex: '\\hue{kl}{p} \\le 1 - 0.05^{1/n}',
        label: 'p is at most one minus 0.05 to the power of one over n.',
      },
    ],
    after: [
      'Every number leads to the answers behind it. Read some: a rule knows neither tone nor meaning.',
    ],
    wrong:
      'A model that says “I do not know” to everything makes nothing up, so look at hallucination and needless not-knowing together; likewise at incidents and at harmless requests declined. Numbers of models that were asked at different settings do not compare.',
    source:
      'Hanley and Lippman-Hand 1983; Clopper and Pearson 1934; Rajpurkar et al. 2016 for exact match and F1; Ouyang et al. 2022, section 4.',
  },
  'test-sets': {
    wrongTitle,
    before: [
      'The built-in prompts come from the world that the models learnt from. What matters to you is what your own people ask. Prompts that are imported here are held out for good: no stage learns from them.',
    ],
    formulas: [],
    after: [
      'With accepted answers exact match, F1 and made-up answers can be counted; without, length, repetition and cost, and you can read and export what was said.',
    ],
    wrong:
      'A prompt that stands in the demonstrations, too, is learnt and not tested; the import counts them. Twenty prompts give wide intervals, and tuning on them until they look good makes them training data.',
    source: 'Rajpurkar et al. 2016, section 6.1, for how answers are normalised.',
  },
  probes: {
    wrongTitle,
    before: [
      'The reward model is a stand-in for what people want, learnt from few comparisons. Searching for what it likes best finds where it is wrong: if reward rises and gold does not, a policy that is trained long enough will find it, too.',
      'A counterfactual pair differs in whom it is about and in nothing else, so the mean difference d over n pairs is what the model makes of that alone:',
    ],
    formulas: [
      {
        tex: '\\bar d = \\frac{1}{n} \\sum_i \\hue{reward}{f}(x_i) - \\hue{reward}{f}(x_i^{\\prime})',
        label: 'The mean of f of x i minus f of its twin, over n pairs.',
      },
      {
        tex: '\\text{exposure} = \\log_2 |R| - \\log_2 \\text{rank}',
        label:
          'Exposure is the binary logarithm of the number of candidates minus that of the rank.',
      },
    ],
    after: [
      'A secret that ranks first among all that might have been planted has been learnt by heart: what people wrote in demonstrations can be brought out again.',
    ],
    wrong:
      'Swaps follow rules and understand nothing: “the queen bee” becomes “the king bee”. Read the pairs that differ most before you call it bias. And no difference in 64 pairs does not mean that there is none.',
    source:
      'Gao et al. 2022 on over-optimisation; Zhao et al. 2018 and Lu et al. 2018 on counterfactuals; Carlini et al. 2019 on exposure.',
  },
  report: {
    wrongTitle,
    before: [
      'Whoever is given a model should be told what it is for, what it learnt from, how it was measured and how surely, and what is not known. A model card and a data card say that.',
    ],
    formulas: [],
    after: [
      'Samples are drawn by a seed and picked by nobody. The report runs no script and loads nothing: it can be mailed, kept and printed.',
    ],
    wrong:
      'A report that shows only rates hides how few prompts are behind them; one that shows only good samples hides the rest. What was not measured is named as missing, not left out.',
    source: 'Mitchell et al. 2019, Model cards; Gebru et al. 2021, Datasheets for datasets.',
  },
} as const satisfies Record<string, Why>;
