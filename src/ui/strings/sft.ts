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
  },
  next: 'Draw samples from it',
  improved: (before: string, after: string, share: string) =>
    `Held-out loss went from ${before} to ${after} nats per token: ${share}.`,
  down: (percent: number) => `down by ${percent}%`,
  up: (percent: number) => `up by ${percent}%`,
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
