/** Strings of the choice of a base model. */
export const bases = {
  title: 'Base model',
  lead: 'What everything begins from. Another one leaves your demonstrations, prompts and rankings as they are; models trained from this one stay with it.',
  problem: 'The base models beside the page could not be listed.',
  inUse: 'in use',
  fits: 'fits this computer',
  use: 'Use it',
  changing: 'Changing the base model.',
  parameters: (n: string) => `${n} parameters`,
  card: {
    open: 'Model card',
    title: (name: string) => `Model card: ${name}`,
    rows: {
      data: 'Trained on',
      tokens: 'Tokens seen',
      loss: 'Held-out loss',
      facts: 'Facts of the built-in world that it completes',
      limits: 'Limits',
      license: 'Licence',
      hash: 'SHA-256 of the weights',
      date: 'Made on',
    },
    lossOf: (loss: string) => `${loss} nats per token`,
    unknown: 'not known',
    stories: 'How it goes on, unpicked',
  },
};
