/** Strings of the exact lab. */
export const exact = {
  title: 'Exact lab',
  lead: 'A task so small that the best possible policy is known. See how near each method comes, and why none can pass.',
  task: {
    title: 'The task',
    text: 'From any letter, walk along the arrows to the goal, the shorter the better. The shortest walk earns 1, one that needs ten letters earns 0. A small model first reads 80,000 aimless walks; then each method teaches it to arrive, and pays for every nat that it leaves the aimless walker behind.',
    graph: 'Graph',
    graphHelp:
      'A letter, a colon, and the letters that it leads to. The goal leads only to itself. Change it: the figures follow as you type.',
    reset: 'Back to the first graph',
    beta: 'β, what a nat of KL costs',
    betaHelp: 'Slide it: the best possible point moves along the curve.',
    methods: 'Methods to train',
    none: 'Choose at least one method.',
    start: 'Train and measure',
    again: 'Train again',
    failed: 'The exact lab',
    stopped: 'It was stopped. What had been measured is kept.',
  },
  methods: { ppo: 'PPO', rloo: 'RLOO', grpo: 'GRPO', dpo: 'DPO' },
  figure: {
    title: 'Reward against KL',
    uniform:
      'Every policy is a point: how far it has gone from the reference (to the right), and what its walks earn (up). Nothing can lie above the curve. This one is for the walker that takes every arrow equally often; training measures against the model that has read the walks.',
    study:
      'Every policy is a point: how far it has gone from the reference (to the right), and what its walks earn (up). Nothing can lie above the curve. Large points are sums over all walks; the small pale ones are what single rollouts showed.',
    x: 'KL from the reference, nats per walk',
    y: 'reward',
    frontier: 'best possible, at each price of KL',
    optimum: (beta: string) => `best possible at β = ${beta}`,
    worth: 'worth as much as that',
    bestOfN: 'best of n, exact',
    reference: 'reference',
    rollouts: (method: string) => `${method}, single rollouts`,
    n: (n: number) => `n = ${n}`,
  },
  picked: {
    none: 'Point at the figure to see what a point is.',
    method: (name: string, step: number, steps: number) => `${name}, step ${step} of ${steps}`,
    bestOfN: (n: number) => `Best of ${n}`,
    bestOfNText: (n: number) =>
      n === 1
        ? 'A single draw: the reference itself.'
        : `Draw ${n} walks of the reference and keep the best. Nothing is trained.`,
    reference: 'The reference',
    optimum: 'The best possible policy',
    optimumText:
      'Every walk as likely as under the reference, times e to the power of reward / β. The dashed line, of slope β, touches the curve here.',
    reward: 'reward',
    kl: 'KL',
    nats: (value: string) => `${value} nats`,
    J: 'J = reward − β · KL',
    share: 'of the best possible',
    asText: (what: string, reward: string, kl: string) =>
      `${what}: reward ${reward}, KL ${kl} nats.`,
  },
  walks: {
    title: 'Where the walks go',
    help: 'An arrow is as thick as it is often taken, from all starts alike. Point at a letter to see its arrows only.',
    who: 'Whose walks',
    uniform: 'aimless',
    optimum: 'best possible',
    reference: 'reference',
    label: (who: string) => `The graph with the walks of: ${who}. The goal is at the right.`,
    edge: (from: string, to: string, share: string) => `${from} to ${to}: ${share} times a walk`,
    most: (edges: string) => `Taken most often: ${edges}.`,
  },
  table: {
    title: 'How near they come',
    caption: (beta: string) => `Sums over all walks, at β = ${beta}`,
    method: 'Method',
    reward: 'Reward',
    kl: 'KL, nats',
    J: 'J',
    share: 'J / J*',
    gained: 'Of the way from the reference',
    optimum: 'best possible, J*',
    reference: 'reference',
    bestOfN: (n: number) => `best of ${n}`,
    other: (trained: string, now: string) =>
      `The methods were trained at β = ${trained}; the slider is at ${now}. Train again to see what they reach there.`,
    invalid: (share: string) =>
      `The reference takes a step that is no arrow in ${share} of its walks.`,
  },
  past: {
    none: 'None: as the graph alone tells',
    entry: (date: string, beta: string, methods: string) => `${date}, β = ${beta}: ${methods}`,
  },
  why: {
    objective:
      'Every method of this lab raises reward and pays for KL. Usually nobody knows how much could be had. Here all walks can be listed, so it is known:',
    formula: 'J of pi is the mean reward under pi minus beta times the KL from the reference',
    best: 'The best policy takes each walk as often as the reference does, times e to the power of its reward / β. What it is worth follows without training anything:',
    bestFormula:
      'J star of beta is beta times the logarithm of the mean, under the reference, of e to the power of R over beta',
    nearer: 'What it looks like',
    nearerText:
      'A method climbs from the reference at the left, and bends towards the point where the dashed line touches. Left of it, it still pays too little attention to reward; right of it, it has paid more KL than the reward was worth. A policy above the curve would be a bug in the measurement.',
    bestOfN: 'Why best of n lies below',
    bestOfNText:
      'It picks among whole walks that the reference offers, and cannot put a walk together anew. But it trains nothing, and at small KL it is hard to beat.',
    wrong: 'When it goes wrong',
    wrongText:
      'With β very small the curve is flat at the top: reward is 1, and more KL buys nothing. With β at 1 the best policy hardly leaves the reference. DPO learns from labelled pairs alone and stops where they do.',
    source:
      'Sources: Ziegler 2019, section 2.2; Korbak 2022; the task is that of trlX, after Chen 2021.',
  },
};
