/** Strings of the fine-tuning screen. */
export const sft = {
  title: 'Teach by example',
  lead: 'The base model can tell stories. Here it learns to answer, from the demonstrations.',
  start: 'Fine-tune',
  from: 'Start from',
  fromMeaning: 'The model whose weights are changed. Usually the base model.',
  noDemonstrations: 'There are no demonstrations to learn from. Write some first.',
  data: (train: number, heldOut: number) =>
    `${train} demonstrations to learn from, ${heldOut} held out to measure on.`,
  settings: 'Settings',
  lengths: 'Lengths, for all stages',
  charts: {
    x: 'step',
    loss: 'Loss',
    lossMeaning: 'mean surprise at each response token, in nats; lower is better',
    train: 'training',
    heldOut: 'held out',
    gradient: 'Gradient norm',
    gradientMeaning: 'length of the gradient before clipping',
    rate: 'Learning rate',
    rateMeaning: 'warms up, then falls with the schedule',
    privacy: 'Privacy spent',
    privacyMeaning:
      'epsilon of all steps so far: how much likelier, as a logarithm, any outcome may become by one demonstration',
  },
  privacy: {
    line: (epsilon: string, delta: string, steps: number, share: string) =>
      `With these settings nobody who sees the weights can tell from them, beyond ε = ${epsilon} (δ = ${delta}), whether any one demonstration was there: ${steps} steps, each with about ${share} of the demonstrations.`,
    seed: 'That holds for the weights, before whoever does not know the seed of the lab. Charts, and what is trained later on the same demonstrations, are not covered.',
    cost: (times: string) =>
      `What it costs: every demonstration goes through the model by itself, about ${times} times as slow, and the noise shows in the held-out loss. Fine-tune once without it to see by how much.`,
    knows: (name: string) =>
      `“${name}” has learned from demonstrations before, which noise now does not hide. Start from the base model, or set the noise to 0.`,
  },
  next: 'Draw samples from it',
  improved: (before: string, after: string, share: string) =>
    `Held-out loss went from ${before} to ${after} nats per token: ${share}.`,
  down: (percent: number) => `down by ${percent}%`,
  up: (percent: number) => `up by ${percent}%`,
  tokens: {
    title: 'Where it is surprised',
    lead: 'The loss is a sum over tokens. Here it is drawn where it falls: the darker a token, the less the model expected it.',
    model: 'Model',
    modelMeaning: 'Whose loss is drawn. That of the base model is told beside it.',
    read: 'Draw the loss',
    reading: 'Reading…',
    failed: 'The loss was not drawn.',
    token: 'token',
    loss: 'loss',
    probability: 'probability',
    before: 'base model',
    nats: (n: string) => `${n} nats`,
    mean: (n: string) => `${n} nats a token`,
    meanBefore: (n: string) => `base: ${n}`,
    legend: (most: number) => `from 0 to ${most} nats and more`,
    splits: { train: 'learned from', 'held-out': 'held out' },
    strip: (prompt: string) => `Tokens of the answer to: ${prompt}`,
  },
  models: {
    title: 'Every saved model, the same question',
    lead: 'Same prompts, same seed, same decoding: what differs is the model.',
    ask: (n: number) => `Ask all ${n} models`,
    failed: 'The models were not asked.',
    onlyBase: 'Fine-tune first: so far there is only the base model.',
    noPrompts: 'There is no held-out prompt to ask.',
    seed: 'Seed',
    prompt: 'Prompt',
  },
  why: {
    first: 'The base model continues text; it was never asked anything. Fine-tuning shows it ',
    person: 'what a person would have answered',
    second: ' and moves the ',
    policy: 'policy',
    third:
      ' so that each response token becomes more likely, given the prompt and the tokens before it:',
    formulaLabel:
      'The loss is minus the sum over response tokens of the log-probability of the token given the prompt and the tokens before it, divided by the number of response tokens.',
    mask: 'The mask m is 1 on response tokens, the end of sequence among them, and 0 on the prompt: the model learns to answer, not to ask. Passes over the data, batch size and learning rate say how often, how many at once, and how far it moves.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'If the held-out loss turns up while the training loss goes on falling, the model learns your demonstrations by heart. InstructGPT went on for 16 passes all the same, because the reward model still liked the answers better. If the loss jumps, the learning rate is too high.',
    source:
      'Ouyang et al. 2022, “Training language models to follow instructions with human feedback”, sections 3.5 and C.1.',
  },
};
