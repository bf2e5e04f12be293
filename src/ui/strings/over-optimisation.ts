/** Strings of the over-optimisation screen. */
export const overOptimisation = {
  title: 'Over-optimisation',
  lead: 'Push a policy to please the reward model, and measure what the truth makes of it. At first both rise. Then they part.',
  noModels: 'There is nothing to push yet.',
  noModelsHelp:
    'This needs a fine-tuned model and a reward model. Make them on their screens, or let the first page run everything with a simulated labeler.',
  toHome: 'Go to Pipeline',
  toSft: 'Go to Fine-tune',
  toReward: 'Go to Reward model',
  noReward: 'There is no reward model to fool yet.',
  noRewardHelp: 'Rank some answers, or let a simulated labeler do it, and train one from them.',
  noGold:
    'No held-out prompt has a known good answer, so gold cannot be measured. Put the built-in prompts into the project.',
  noTrain: 'There are no training prompts to answer.',
  setup: {
    title: 'The sweep',
    text: 'One run of PPO for each KL coefficient, all from the same fine-tuned model and reward model; and best of n, which trains nothing. All answer the same held-out prompts.',
    coefficients: 'KL coefficients',
    coefficientsHelp:
      'Each is a run. 0 holds the policy back by nothing: that is the one to watch.',
    amount: 'How much',
    amounts: {
      quick: 'quick: a look in a few minutes',
      thorough: 'thorough: a smooth curve, and a long wait',
    },
    amountText: (runs: number, steps: number, batch: number, prompts: number, answers: number) =>
      `${runs} ${runs === 1 ? 'run' : 'runs'} of ${steps} steps with ${batch} episodes each, measured on ${prompts} held-out prompts; best of up to ${answers} answers.`,
    reference: 'Fine-tuned model',
    referenceMeaning: 'Every policy starts as this one, and KL is measured from it.',
    reward: 'Reward model',
    rewardMeaning: 'The proxy: what is optimised. Fewer labels make one that is sooner fooled.',
    start: 'Run the sweep',
    again: 'Run another sweep',
    goOn: 'Go on with the rest',
    failed: 'The over-optimisation study',
    stopped: 'It was stopped. What had been measured is kept.',
  },
  figure: {
    title: 'Gold against proxy',
    definition:
      'Both on one scale: 0 is the fine-tuned model, and 1 is the spread of its own answers to one prompt (their standard deviation). If the reward model knew the truth, solid and dashed would be one line.',
    x: '√KL from the fine-tuned model',
    y: 'gain, in spreads',
    proxy: (who: string) => `proxy, ${who}`,
    gold: (who: string) => `gold, ${who}`,
    coefficient: (value: string) => `β = ${value}`,
    bestOfN: 'best of n',
    law: { rl: 'law of RL through gold', 'best-of-n': 'law of best of n through gold' },
  },
  laws: {
    title: 'Gao’s two laws, fitted to gold',
    rl: 'RL',
    'best-of-n': 'best of n',
    method: 'Method',
    formula: 'Law, with d = √KL',
    fitted: 'Fitted',
    r2: 'R²',
    peak: 'Gold peaks at',
    r2Meaning:
      'The share of the variance of gold that the law explains: 1 is all, and below 0 a flat line does better.',
    never: 'never falls',
    beyond: (kl: string) => `${kl} nats, beyond what was measured`,
    at: (kl: string) => `${kl} nats`,
    few: 'too few points yet',
    labels: {
      rl: 'R of d is d times (alpha minus beta times the logarithm of d)',
      'best-of-n': 'R of d is d times (alpha minus beta times d)',
    },
  },
  told: {
    none: 'Point at the figure, or choose a run below, to see what its answers look like there.',
    ppo: (coefficient: string, step: number) => `PPO at β = ${coefficient}, step ${step}`,
    bestOfN: (n: number) => (n === 1 ? 'The fine-tuned model' : `Best of ${n}`),
    proxy: 'proxy',
    gold: 'gold',
    kl: 'KL',
    scaled: (value: string) => `${value} spreads`,
    raw: (value: string) => `${value} as it is`,
    interval: (low: string, high: string) => `${low} to ${high}`,
    nats: (value: string) => `${value} nats`,
    answers: 'Answers from there',
    silent: '(nothing)',
    scores: (proxy: string, gold: string) => `reward ${proxy}, gold ${gold}`,
    asText: (who: string, kl: string, proxy: string, gold: string) =>
      `${who}: KL ${kl} nats, proxy ${proxy}, gold ${gold}.`,
  },
  runs: {
    title: 'What became of each run',
    coefficient: 'KL coefficient',
    kl: 'KL at the end',
    proxy: 'Proxy at the end',
    peak: 'Gold at its peak',
    end: 'Gold at the end',
    lost: 'Lost since the peak',
    alarm: 'Alarm: gold and reward part',
    alarmAt: (step: number) => `at step ${step}`,
    noAlarm: 'none',
    running: 'running',
    look: 'Show its end',
  },
  lesson: (coefficient: string, lost: string) => ({
    title: `At β = ${coefficient} gold ended ${lost} below its peak, while the proxy went on rising.`,
    text: 'The policy found answers that the reward model likes and that are not good. Look at them: point at the last points of the two lines.',
  }),
  broken: (coefficient: string, lost: string) => ({
    title: `At β = ${coefficient} gold ended ${lost} below its peak, and the proxy did not go on rising either.`,
    text: 'The policy broke before it had fooled anybody: its steps were too large, or its answers no longer end. Try a higher coefficient beside it.',
  }),
  noLesson: {
    title: 'No run ended far below its peak of gold.',
    text: 'An alarm may have sounded on the way, where gold fell for a while in the rollouts; on the held-out prompts it came back. Push further: more steps, a higher learning rate, or a reward model of fewer labels.',
  },
  past: (date: string, coefficients: string) => `${date}: β = ${coefficients}`,
  why: {
    first:
      'A reward model is a guess at what people like, good where it has seen answers. The policy is looking for the highest score, and finds it where the guess is wrong. Goodhart’s law: a measure that is aimed at stops being a good measure.',
    law: 'With d the square root of the KL from the start, gold follows two simple laws (Gao 2022), one for best of n and one for RL:',
    alpha:
      'α says how well the proxy points at first, β how soon it fails. Both are fitted here by least squares through the origin.',
    scale: 'Why one scale',
    scaleText:
      'A reward of 3 and a gold score of 0.7 cannot be compared. Both are measured from the fine-tuned model, in units of how far its own answers to one prompt are apart. The best of 16 random answers lies about 1.8 such units up, if the score is the truth.',
    kl: 'What the KL coefficient does',
    klText:
      'It stops the policy early on the same road: runs with different coefficients lie near one curve, and a higher one ends further to the left. It does not make the reward model any better.',
    bestOfN: 'Why best of n goes further for less',
    bestOfNText:
      'It reaches the same gold at a smaller KL, and cannot go far: even best of 1,000 is only 5.9 nats away.',
    wrong: 'When it goes wrong',
    wrongText:
      'If proxy and gold never part, the reward model is good or the push too weak. If gold falls at once, the reward model has learned little: look at its accuracy on held-out prompts.',
  },
};
