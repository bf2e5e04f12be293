/** Strings of the optimising screen. */
export const ppo = {
  title: 'Optimise',
  titleAt: (step: number, steps: number) => `Optimise: step ${step} of ${steps}`,
  lead: 'The policy learns to answer as the labels say, without leaving the fine-tuned model behind.',
  method: 'Method',
  groups: {
    rewards: 'Asks a reward model, samples its own answers',
    labels: 'Learns from the rankings alone',
  },
  start: 'Optimise',
  noReward: 'There is no reward model to please yet.',
  noRewardHelp:
    'Train one from rankings first: this method asks it for a score of every answer. DPO, KTO and ORPO need none.',
  noLabels: 'There are no rankings to learn from yet.',
  noLabelsHelp:
    'This method learns from the order that you put answers in. Rank some samples first.',
  toRankings: 'Go to Rankings',
  toReward: 'Go to Reward model',
  noPolicy: 'There is no fine-tuned model yet.',
  noPolicyHelp:
    'Every method starts from a model that answers, and most hold on to it as the reference. Fine-tune the base model first.',
  toSft: 'Go to Fine-tune',
  noPrompts: 'There are no training prompts to answer.',
  settingsOf: (method: string) => `Settings of ${method}`,
  from: 'Policy and reference',
  fromMeaning: 'The policy starts as this model, and the KL is measured against it.',
  reward: 'Reward model',
  rewardMeaning: 'Gives the score that is to be raised. PPO’s value model starts from it, too.',
  next: 'Compare before and after',
  finished: 'Did it get better, or only better at scoring?',
  finishedOffline: 'Does it answer better, or only tell the labels apart?',
  finishedHelp:
    'Reward says what the reward model thinks. Let someone judge who does not know which is which.',
  breakIt: 'Break it: set the KL coefficient to 0',
  breakHelp:
    'A nat of KL then costs nothing, no pass stops for it, and the learning rate is high: the policy learns to please the reward model by any means.',
  broken: 'The KL coefficient is 0: nothing holds the policy near the reference.',
  breakBack: 'Set it back',
  alarms: {
    'gold-falls': (step: number) => ({
      title: `Gold and reward part ways since step ${step}.`,
      text: 'The reward model likes something that is not better. Stop here, rank a few of its favourites, or raise the KL coefficient.',
    }),
    'kl-high': (kl: string) => ({
      title: `The KL is ${kl} nats per answer.`,
      text: 'The policy has left the reference far behind, where the reward model was never taught. Raise the KL coefficient or lower the learning rate.',
    }),
    'kl-negative': (kl: string) => ({
      title: `The KL is ${kl} nats, and stays below 0.`,
      text: 'That cannot be with answers drawn from the policy itself. Set the temperature to 1, and report it if it stays.',
    }),
    'entropy-gone': (share: string) => ({
      title: `Only ${share} of the entropy is left.`,
      text: 'The policy says nearly the same every time. Raise the KL coefficient or the entropy bonus, or go back to an earlier checkpoint.',
    }),
    clipping: (share: string) => ({
      title: `${share} of the tokens are clipped.`,
      text: 'Each update wants to go further than it may. Lower the learning rate, or make fewer passes over each rollout.',
    }),
    'accuracy-falls': (step: number) => ({
      title: `It learns labels by heart since step ${step}.`,
      text: 'It is right more often on what it learns from and less often on held-out prompts. Stop, or keep the best.',
    }),
    'ratio-far': (ratio: string, largest: string) => ({
      title: `New answers are ${ratio} times as likely as when they were drawn, some ${largest} times.`,
      text: 'The policy has left the one that drew the answers. Lower the learning rate, or make fewer passes over each rollout.',
    }),
    'value-spike': (times: string) => ({
      title: `The value loss is ${times} times what it was.`,
      text: 'The scale of the scores has changed, or the value model learns too fast. Lower its learning rate, or normalise scores.',
    }),
    'critic-worse': (explained: string) => ({
      title: `The value model explains ${explained} of the returns: less than a constant would.`,
      text: 'The policy is led by wrong guesses. Let the value model learn alone for some steps first, or raise its learning rate.',
    }),
    'length-drift': (first: string, now: string) => ({
      title: `Answers went from ${first} to ${now} tokens.`,
      text: 'Look whether they got better or only longer or shorter: a reward model easily takes length for quality.',
    }),
    repeating: (share: string) => ({
      title: `Answers hold only ${share} of the different word pairs that they began with.`,
      text: 'They repeat one another or themselves. Raise the KL coefficient or the entropy bonus.',
    }),
    'no-ends': (share: string) => ({
      title: `Only ${share} as many answers end as at first.`,
      text: 'The policy forgets to stop. Lower the score of endless answers, or raise the KL coefficient.',
    }),
    'equal-rewards': (share: string) => ({
      title: `${share} of the prompts have answers that all score the same.`,
      text: 'Nothing is learned from those. Draw more answers to each prompt, or at a higher temperature.',
    }),
    'not-finite': (metric: string) => ({
      title: `${metric} is no longer a number.`,
      text: 'Nothing more can be learned from here. Go back to the last checkpoint, and lower the learning rates.',
    }),
  },
  rollouts: {
    title: 'Rollouts, token by token',
    lead: 'Answers that the policy learnt from. Point at a token, or go through them with the arrow keys.',
    none: 'Answers appear here with the first step.',
    step: 'Step',
    colour: 'Colour by',
    order: 'Show first',
    quantities: {
      kl: 'KL to the reference',
      logProbability: 'surprise, −log-probability',
      value: 'value, or baseline',
      advantage: 'advantage',
      reward: 'reward',
      ratio: 'ratio − 1',
    },
    orders: {
      drawn: 'as drawn',
      best: 'highest score',
      worst: 'lowest score',
      furthest: 'highest KL',
      parted: 'high score, low gold',
    },
    legend: (low: string, high: string) => `no tint: 0, full: ${high} (dashed underneath: ${low})`,
    score: 'score',
    gold: 'gold',
    kl: 'KL',
    nats: (n: string) => `${n} nats`,
    unfinished: 'never ended',
    facts: {
      token: 'token',
      logProbability: 'log-probability',
      reference: 'reference',
      kl: 'KL',
      reward: 'reward',
      value: 'value',
      advantage: 'advantage',
      return: 'return',
      ratio: 'ratio',
      clipped: 'clipped',
      yes: 'yes',
      no: 'no',
    },
    strip: (query: string) => `Answer to “${query}”, token by token`,
  },
};
