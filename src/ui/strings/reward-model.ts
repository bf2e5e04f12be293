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
  othersHeldOut: (rankings: number, pairs: number) =>
    `${rankings} rankings with ${pairs} pairs by labelers who are only measured on.`,
  noRankings: 'There are no rankings to learn from.',
  noRankingsHelp:
    'Rank some answers first, or let a simulated labeler do it. A few dozen will show something.',
  noTrain: 'No ranking of a training prompt tells two answers apart. Rank some first.',
  toRankings: 'Go to Rankings',
  cost: (members: number, size: string, time: string | null) =>
    `${members} ${members === 1 ? 'member' : 'members'}: about ${size} on the device for weights and moments${time === null ? '' : `, and ${time}`}.`,
  costMore: 'Each member takes as much again, here and wherever the model is asked for scores.',
  noFineTuned:
    'There is no fine-tuned model yet. The reward model can start from the base model, but a fine-tuned one is better.',
  settings: 'Settings',
  learned: (percent: string) => `It agrees with the labelers on ${percent} of the held-out pairs.`,
  chance: 'Chance is 50%. People agree with one another on about 73%.',
  few: (pairs: number) =>
    `With no more than ${pairs} held-out ${pairs === 1 ? 'pair' : 'pairs'} this says little. Rank more samples to know.`,
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
  report: {
    title: 'How far to trust it',
    lead: 'Everything here is measured on labels that it did not learn from: held-out prompts, and labelers who are only measured on.',
    start: 'Measure on labels it never saw',
    again: 'Measure again',
    failed: 'The reward model was not measured.',
    none: 'There is no label that it did not learn from.',
    noneHelp: 'Rank some held-out prompts, or set a labeler to “measure on” under Rankings.',
    ensemble: (n: number) => `Take all ${n} reward models together`,
    ensembleMeaning: 'Their mean score counts, and their spread tells where none of them knows.',
    summary: (value: string, low: string, high: string, pairs: number) =>
      `It agrees with the labelers on ${value} of ${pairs} pairs (95%: ${low} to ${high}).`,
    longer: (share: string) => `“Longer wins” would have agreed on ${share}.`,
    spread: (spread: string) => `The models are ${spread} apart on average.`,
    others: (value: string, low: string, high: string, pairs: number) =>
      `With labelers that it learned nothing from it agrees on ${value} of ${pairs} pairs (95%: ${low} to ${high}).`,
    calibration: 'Calibration',
    calibrationMeaning:
      'of the pairs that it is so sure about, how many it gets right; on the line it can be trusted',
    ece: (error: string) => `ECE ${error}`,
    said: 'how sure it is',
    happened: 'how often it is right',
    bin: (said: string, happened: string, pairs: number) =>
      `${said} sure, right in ${happened} of ${pairs} cases`,
    calibrationSummary: (error: string, bins: number) =>
      `Calibration in ${bins} bins; the expected calibration error is ${error}.`,
    margins: 'Margins',
    marginsMeaning:
      'score of the answer that labelers prefer less that of the other; hatched: it disagrees',
    margin: 'margin',
    bar: (count: number, from: string, to: string) => `${count} pairs from ${from} to ${to}`,
    marginsSummary: (pairs: number, below: number) =>
      `Margins of ${pairs} pairs, ${below} of them below zero.`,
    length: 'Reward against length',
    lengthMeaning: 'each dot is one answer; a slope says that it has learned length',
    correlation: (r: string) => `r = ${r}`,
    tokens: 'tokens',
    score: 'score',
    dot: (score: string, tokens: number, said: string) => `${score} for ${tokens} tokens: ${said}`,
    lengthSummary: (answers: number, r: string) =>
      `Scores of ${answers} answers against their length; the correlation is ${r}.`,
    byLabeler: 'Accuracy by labeler',
    byTask: 'Accuracy by task',
    notLearned: 'not learned from',
    majority: 'majority of several',
    rate: (name: string, value: string, low: string, high: string) =>
      `${name}: ${value}, between ${low} and ${high}`,
    pairs: (n: number) => (n === 1 ? '1 pair' : `${n} pairs`),
    rangeMeaning: 'The band is the 95% interval, the dashed mark is chance.',
  },
  curve: {
    title: 'Would more labels help?',
    lead: 'Trains on growing parts of your labels with the settings below and measures each on the same held-out prompts. Nothing of it is kept.',
    start: 'Train on a quarter, a half and all',
    again: 'Train on parts again',
    failed: 'The parts were not trained on.',
    chart: 'Accuracy by number of labels',
    chartMeaning:
      'share of held-out pairs put in the right order; still rising at the end means that more labels would help',
    x: 'rankings',
    heldOut: 'held-out prompts',
    interval: '95%',
    least: 'at least',
    most: 'at most',
    train: 'training',
    stale: (n: number) => `Measured when there were ${n} rankings to learn from.`,
    noHeldOut: 'No held-out prompt has been ranked, so there is nothing to measure on.',
  },
  trace: {
    title: 'Token by token',
    meaning:
      'Each token is tinted by how much the score would change if the answer went on with it. It has learned to judge whole answers, so read this as a hint.',
    strip: 'Change of the score at each token',
    token: 'token',
    score: 'score so far',
    change: 'change',
    legend: (most: string) => `tinted up to ±${most}`,
  },
  disagree: {
    title: 'Where it disagrees with the labelers',
    lead: 'Pairs that it never saw, whose worse answer it likes better; the strongest first. Look whether it is wrong, or the label, and rank the label again if you doubt it.',
    again: 'Rank it again',
    againAll: (n: number) => (n === 1 ? 'Rank this label again' : `Rank these ${n} labels again`),
    waiting: 'Will be ranked again',
    queued: (n: number) =>
      n === 1
        ? '1 label waits on the Rankings screen.'
        : `${n} labels wait on the Rankings screen.`,
    toQueue: (n: number) => `Go to Rankings (${n} wait)`,
    notAgain: 'It was not put on the list.',
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
    fifth:
      'The model also has a say of its own: twice the mean log-probability that it gives to the words of the answer is part of the score, to begin with. It was fine-tuned on good answers, so it finds untrue and unfitting ones unlikely before anybody has ranked any. Set the weight of the likelihood to 0 to see what the rankings teach alone.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'If the training accuracy climbs and the one on held-out prompts does not, it learns the answers by heart: rank more, or train less. If both stay at 50%, the labels contradict one another or are too few. If it prefers every longer answer, so did the labelers.',
    source:
      'Ouyang et al. 2022, section 3.5 and equation 1; Stiennon et al. 2020, appendix B.1; for the likelihood Meng et al. 2024, equation 4.',
  },
};
