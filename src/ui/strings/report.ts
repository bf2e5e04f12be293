/** Strings of the report: how it is made on the page, and the sentences that stand in it. */
export const report = {
  title: 'Report',
  lead: 'One page and one text file about a model of this lab: what it is, what it learnt from, how training went, what was measured and how surely, and what is not known. It holds what is stored here and nothing else, and needs no network to be read.',
  model: 'About which model',
  modelMeaning: 'Its ancestors are told of, too.',
  make: 'Make the report',
  again: 'Make it anew',
  failed: 'The report could not be made.',
  html: 'Download as a page (HTML)',
  markdown: 'Download as text (Markdown)',
  print: 'Print',
  preview: 'Preview of the report',
  made: 'The report is ready.',
  missing: {
    title: 'The report will say that this is missing:',
    measures: 'automatic measures; take them under Measures.',
    evaluation: 'a comparison of models; let somebody judge under Arena.',
  },
  name: (project: string) => `RLHF Lab: ${project}`,
  uses: [
    'Made to learn how reinforcement learning from human feedback works: small enough to be trained in a browser, and to be looked at in every part.',
    'It knows simple English and what it was shown here. It is not for giving advice, and no person should rely on what it says.',
  ],
  stages: { base: 'Base model', sft: 'Fine-tuned model', 'reward-model': 'Reward model', ppo: 'Optimised model' }, // prettier-ignore
  lineage: { demonstrations: 'Demonstrations', comparisons: 'Compared answers' },
  run: (stage: string, when: string) => `${stage}, begun ${when}`,
  rule: (shown: number, all: number, seed: number) =>
    `${shown} of ${all} held-out prompts, drawn by seed ${seed} and not picked by anybody. Every model answered them with the same seed and decoding.`,
  standings: {
    title: 'Ratings and win rates',
    lead: 'By all blind votes, each judge apart. A rating of 400 points more is odds of ten to one; ties count half. Intervals are drawn over prompts.',
    ratings: (judge: string) => `Ratings, judged by ${judge}`,
    pairs: (judge: string) => `Win rates, judged by ${judge}`,
    ratingHead: ['Model', 'Rating', '95% interval', 'Votes'],
    pairHead: ['Pair', 'Win rate of the first', '95% interval', 'Won, lost, tied', 'Further votes to tell them apart'], // prettier-ignore
    none: 'no number would',
    enough: 'none',
    simulated: (name: string) => `${name} (no person)`,
  },
  costs: {
    title: 'Cost of an answer',
    lead: 'On the device that it was measured on. Every token is one forward pass.',
    caption: 'Cost',
    head: ['Model', 'Tokens of an answer', 'Tokens per second, many prompts at once', 'Seconds to one answer asked alone', 'Device'], // prettier-ignore
  },
  bias: {
    title: 'Bias',
    lead: 'Differences between a text and its counterfactual about somebody else or somewhere else.',
    caption: 'Counterfactual pairs',
    head: ['Model', 'Swapped', 'Measure', 'Difference', '95% interval', 'Pairs'],
  },
  search: {
    title: 'What the reward model likes best',
    lead: 'The best of many answers by the reward model against one drawn at random: whether gold, the score by rule, rises with it.',
    caption: 'Best by the reward model',
    head: ['Model', 'Answers each', 'Prompts', 'Reward gained', 'Gold gained', 'Really better'],
    reviews: (good: number, bad: number, unsure: number) =>
      `Of the answers that the reward model likes best a person found ${good} good and ${bad} bad, and was not sure of ${unsure}.`,
  },
  memory: {
    title: 'Learning by heart',
    caption: 'A planted secret',
    head: ['Model', 'Planted', 'Rank among the candidates', 'Exposure, bits'],
  },
  limits: {
    rules:
      'Automatic measures are rules for the built-in world; they know neither tone nor meaning, and can be gamed by a model that finds what they overlook.',
    judge: (name: string) =>
      `No person judged: ${name} is a rule or a model. Its win rate says nothing about people.`,
    once: 'Held-out prompts were answered once each, by models trained once. Intervals cover the choice of prompts and not that of the seed.',
    world:
      'Held-out prompts come from the same world as those trained on: how a model answers anything else was not measured.',
    few: (n: number) => `Only ${n} votes stand behind the win rate.`,
    simulated: (share: string) =>
      `${share} of the rankings were made by a rule and not by a person.`,
    hash: 'Weights of the base model were not hashed by the page; its card beside the page names its hash.',
  },
};
