/** Strings of the reward-model screen. */
export const rewardModel = {
  title: 'Learn the taste',
  lead: 'A copy of the fine-tuned model gives up its words for one number: how good is this answer?',
  start: 'Train the reward model',
  from: 'Start from',
  fromMeaning: 'The model whose trunk it takes over. Usually the fine-tuned one.',
  data: (train: number, pairs: number, heldOut: number, heldOutPairs: number) =>
    `${train} rankings with ${pairs} pairs to learn from, ${heldOut} with ${heldOutPairs} pairs on held-out prompts to measure on.`,
  simulated: (share: number) => `${share}% of the pairs come from simulated labelers.`,
  noRankings: 'There are no rankings to learn from.',
  noRankingsHelp:
    'Rank some answers first, or let a simulated labeler do it. A few dozen will show something.',
  noTrain: 'No ranking of a training prompt tells two answers apart. Rank some first.',
  toRankings: 'Go to Rankings',
  noFineTuned:
    'There is no fine-tuned model yet. The reward model can start from the base model, but a fine-tuned one is better.',
  settings: 'Settings',
  learned: (percent: string, pairs: number) =>
    `It agrees with the labelers on ${percent} of ${pairs} held-out pairs.`,
  learnedPlain: (percent: string) =>
    `It agrees with the labelers on ${percent} of the held-out pairs.`,
  chance: 'Chance is 50%. People agree with one another on about 73%.',
  next: 'Optimise against it',
  charts: {
    x: 'step',
    loss: 'Loss',
    lossMeaning: 'minus log-probability of the order that was chosen; 0.69 is chance',
    accuracy: 'Accuracy',
    accuracyMeaning: 'share of pairs where the better answer has the higher score',
    margin: 'Margin',
    marginMeaning: 'score of the better answer minus score of the worse',
    gradient: 'Gradient norm',
    gradientMeaning: 'length of the gradient before clipping',
    train: 'training',
    heldOut: 'held-out prompts',
    units: { score: 'score', nats: 'nats' },
  },
  model: 'Reward model',
  modelMeaning: 'Whose scores are shown here.',
  ask: {
    title: 'Score anything',
    lead: 'Type a prompt and an answer. Scores mean something only in comparison: 0 is the mean of the demonstrations.',
    prompt: 'Prompt',
    answer: 'Answer',
    score: 'Score it',
    scoring: 'Scoring…',
    failed: 'The answer was not scored.',
    none: 'Train a reward model first.',
    tried: 'Tried so far, best first',
    clear: 'Clear the list',
    start: 'Say it politely: Give me the cup.',
    startAnswer: 'Could you please give me the cup?',
    value: 'Score',
  },
  disagree: {
    title: 'Where it disagrees with the labelers',
    lead: 'Held-out pairs whose worse answer it likes better, the strongest first. Look whether it is wrong, or the label.',
    look: 'Compare on held-out pairs',
    again: 'Compare again',
    failed: 'The pairs were not scored.',
    none: 'No held-out prompt has been ranked yet, so there is nothing to compare with.',
    summary: (agreed: number, all: number) =>
      `Agrees on ${agreed} of ${all} held-out pairs (${all ? Math.round((100 * agreed) / all) : 0}%).`,
    all: 'It agrees on every one of them.',
    better: 'The labeler prefers',
    worse: 'The model prefers',
    margin: 'by',
    who: 'Label',
    prompt: 'Prompt',
  },
  why: {
    first: 'The ',
    reward: 'reward model',
    second:
      ' reads prompt and answer and gives one score at the last token. For every pair it should put the answer that ',
    person: 'the labeler preferred',
    third: ' higher; the further apart, the surer it is:',
    formulaLabel:
      'The loss is minus one over K choose two times the sum over pairs of the log of the sigmoid of the difference of the two scores.',
    fourth:
      'All pairs of a prompt are learnt in one go, so that each answer is read once; one pass over the data is enough, and more soon overfit. Only differences count. Afterwards a bias is set so that demonstrations score 0 on average.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'If the training accuracy climbs and the one on held-out prompts does not, it learns the answers by heart: rank more, or train less. If both stay at 50%, the labels contradict one another or are too few. If it prefers every longer answer, so did the labelers.',
    source: 'Ouyang et al. 2022, section 3.5 and equation 1; Stiennon et al. 2020, appendix B.1.',
  },
};
