/** Strings of the evaluation screen. */
export const evaluation = {
  title: 'Is it better?',
  lead: 'Two models answer the same held-out prompts with the same seed. A judge who does not know which is which prefers one.',
  start: 'Evaluate',
  failed: 'The evaluation was not finished.',
  noModels: 'There is only the base model, and nothing to compare it with.',
  noModelsHelp: 'Fine-tune it first; then the two can be compared.',
  toSft: 'Go to Fine-tune',
  noHeldOut:
    'There are no held-out prompts. Put the built-in prompts back, or mark some of yours as held out.',
  same: 'Choose two different models.',
  settings: 'Who against whom',
  checkpoint: 'Under test',
  checkpointMeaning: 'Usually the newest optimised model.',
  baseline: 'Baseline',
  baselineMeaning: 'What it is compared with, and against which the KL is measured.',
  judge: 'Judge',
  judges: {
    gold: 'rule: what the built-in world calls good',
    short: 'rule: short answers',
    kind: 'rule: kind words',
    'reward-model': 'reward model',
  },
  judgeMeaning:
    'A rule knows nothing of your taste. The reward model judged its own pupil if the model under test was optimised against it.',
  rewardModel: 'Reward model',
  rewardModelMeaning: 'Whose scores decide.',
  results: 'Results',
  none: 'Nothing has been evaluated yet.',
  noneHelp: 'Choose two models and a judge above, or judge for yourself in the arena.',
  gone: 'a model that was deleted',
  against: (checkpoint: string, baseline: string) => `${checkpoint} against ${baseline}`,
  by: {
    human: (name: string) => `judged by ${name === 'You' ? 'you' : name}`,
    simulated: (name: string) => `judged by rule: ${name}`,
    model: 'judged by a reward model',
  },
  win: (value: string) => `${value} won`,
  interval: (low: string, high: string) => `95% interval ${low} to ${high}`,
  counts: (wins: number, losses: number, ties: number) =>
    `${wins} won, ${losses} lost, ${ties} tied`,
  rangeLabel: (value: string, low: string, high: string) =>
    `Win rate ${value}, 95% interval ${low} to ${high}; the mark is at one half.`,
  verdicts: {
    better: 'Better: the whole interval lies above one half.',
    worse: 'Worse: the whole interval lies below one half.',
    open: 'Not decided: one half lies within the interval. More prompts would narrow it.',
  },
  kl: 'KL',
  klValue: (nats: string) => `${nats} nats per answer`,
  notMeasured: 'not measured',
  gold: 'Gold',
  goldValue: (checkpoint: string, baseline: string) => `${checkpoint} against ${baseline}`,
  unknown: 'no rule can tell',
  contests: 'The contests, side by side',
  show: 'Show the contests',
  shown: 'Shown below',
  order: 'Show first',
  orders: {
    drawn: 'as drawn',
    gains: 'where gold rose most',
    losses: 'where gold fell most',
  },
  goldOf: (value: string) => `gold ${value}`,
  why: {
    first: 'Reward cannot say whether the ',
    policy: 'policy',
    second:
      ' got better, since it was trained to raise it. So answers are compared in pairs, on prompts that no stage has learnt from. Ties count half a win. With ',
    wins: 'wins',
    third: ' among n contests the rate and its uncertainty are:',
    rateLabel: 'The win rate p is wins plus half the ties, divided by n.',
    intervalLabel:
      'Its interval is p plus z squared over two n, plus or minus z times the square root of p times one minus p over n plus z squared over four n squared, all divided by one plus z squared over n. For 95%, z is 1.96.',
    fourth:
      'The KL says what the change cost: a model that moved far and wins a little is worse than one that moved little and wins as much. Gold is the score by rule, where the built-in world knows the truth.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'A win rate of 60% over 20 prompts decides nothing: look at the interval, not the rate. If the reward model says “won” and a person or gold says “lost”, it was over-optimised. If one side always wins on short prompts only, read the contests.',
    source: 'Wilson 1927; Ouyang et al. 2022, section 3.6; Gao et al. 2022 on gold against proxy.',
  },
};
