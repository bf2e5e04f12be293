/** Strings of the samples screen. */
export const samples = {
  title: 'Several answers to each prompt',
  lead: 'The model answers every prompt K times. In the next step someone says which answers are better.',
  draw: 'Draw answers',
  failed: 'The answers could not be drawn.',
  drawn: (n: number) => (n === 1 ? '1 prompt was answered.' : `${n} prompts were answered.`),
  from: 'Draw from',
  fromMeaning: 'The model that answers. Usually the newest fine-tuned one.',
  settings: 'Settings',
  stands: (prompts: number, unranked: number) =>
    `${prompts} prompts answered so far, ${unranked} of them not ranked yet.`,
  plan: (prompts: number, answers: number, total: number) =>
    `Draws ${answers} answers to each of ${prompts} prompts of ${total}; those with the fewest answers come first.`,
  noPrompts: 'There are no prompts to answer.',
  noPromptsHelp: 'Put the built-in prompts back, or add your own on the Demonstrations screen.',
  addBuiltIn: 'Put the built-in prompts back',
  noFineTuned: 'There is no fine-tuned model yet.',
  noFineTunedHelp:
    'The base model continues stories and does not answer, so there is little to rank. Fine-tune it first, or draw from the base model to see for yourself.',
  toSft: 'Go to Fine-tune',
  next: 'Rank them',
  list: {
    title: 'What was drawn',
    none: 'No answers yet.',
    noneHelp: 'Choose how many prompts and how many answers to each, then press “Draw answers”.',
    nothing: 'No drawn answers fit this choice.',
    show: 'Show',
    all: 'all',
    unranked: 'not ranked yet',
    copies: 'with near copies',
    heldOut: 'held-out prompts',
    copyOf: (n: number) => `nearly the same as ${n}`,
    someCopies: (n: number, total: number) =>
      `${n} of ${total} prompts have answers that are nearly the same. A higher temperature makes them differ more.`,
    ranked: 'ranked',
    split: 'held out',
    tokens: (n: number) => (n === 1 ? '1 token' : `${n} tokens`),
    meta: (model: string, temperature: string) => `${model}, temperature ${temperature}`,
    remove: 'Remove those not ranked yet',
    removed: (n: number) => (n === 1 ? '1 sample was removed.' : `${n} samples were removed.`),
    removing: 'The samples were not removed.',
    gone: 'a model that was deleted',
  },
  why: {
    first: 'There is nothing to prefer until there are several answers. The ',
    policy: 'policy',
    second:
      ' is asked the same prompt K times, and each time every next token is drawn anew from its probabilities, sharpened or flattened by the temperature:',
    formulaLabel:
      'The probability of the next token is the softmax of the logits divided by the temperature.',
    third:
      'With K answers a labeler reads K texts and gives K(K−1)/2 comparisons: six for four answers. Held-out prompts are drawn too; their rankings are not trained on, so that the reward model can be measured.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'If all answers to a prompt are nearly the same, there is nothing to rank: raise the temperature, or loosen top k and top p. If they are all word salad, the temperature is too high, or the model was never fine-tuned. If many are cut off, the response length is too short.',
    source: 'Ouyang et al. 2022, section 3.5: K between 4 and 9. Top p: Holtzman et al. 2020.',
  },
};
