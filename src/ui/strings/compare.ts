/** Strings of the playground. */
export const compare = {
  title: 'Compare',
  lead: 'The same prompt and the same seed to several models, side by side. What differs is the training.',
  prompt: 'Prompt',
  ready: 'Ready prompts',
  tasks: {
    story: 'Story',
    answer: 'Question',
    unknown: 'Cannot be known',
    list: 'As a list',
    json: 'As JSON',
    rewrite: 'Rewrite',
    grounded: 'From a text',
    unsafe: 'Unsafe',
    borderline: 'Borderline',
    own: 'Your own',
  },
  ask: 'Ask them',
  asking: 'They are answering…',
  askKeys: 'Ctrl + Enter asks.',
  failed: 'The models could not answer.',
  models: 'Models',
  model: (n: number) => `Model ${n}`,
  add: 'Add a model',
  remove: (n: number) => `Remove model ${n}`,
  seed: 'Seed',
  seedMeaning: 'The same seed gives the same answer again.',
  newSeed: 'New seed',
  decoding: 'How the next token is chosen',
  none: 'Nothing asked yet.',
  noneHelp: 'Type a prompt or take a ready one, and ask all models at once.',
  onlyBase: 'There is only the base model so far. Fine-tune it to have something to compare.',
  toSft: 'Go to Fine-tune',
  noModel: 'No model is loaded yet.',
  noPrompt: 'Type a prompt first.',
  settings: (temperature: string, seed: number, topK: number, topP: string) =>
    `temperature ${temperature}, seed ${seed}${topK ? `, top k ${topK}` : ''}${topP === '1' ? '' : `, top p ${topP}`}`,
  count: (n: number) => (n === 1 ? '1 token' : `${n} tokens`),
  tokens: {
    show: 'Tokens',
    label: 'The answer token by token',
    this: 'this token',
    help: 'The redder, the less likely it was; framed where another one was likelier. Point at a token, or use the arrow keys, to see what else it might have said (at temperature 1).',
    failed: 'The tokens could not be looked at.',
  },
  turn: (n: number) => `turn ${n}`,
  read: 'Read first:',
  support: (percent: number) => `${percent}% of its content words stand in the notes.`,
  unsupported: (words: string) => `Not there: ${words}.`,
  forms: 'Turn the text into',
  taskForms: [
    {
      name: 'Summarise',
      before: 'Say it shorter:',
      example: 'The little brown dog ran very fast to the big green tree in the garden.',
    },
    {
      name: 'Rewrite as a list',
      before: 'Write it as a list:',
      example: 'Mia has an apple, a pear and a plum.',
    },
    {
      name: 'Give as JSON',
      before: 'Give name and colour as JSON:',
      example: 'Tom has a red ball.',
    },
  ],
  context: {
    title: (examples: number, notes: boolean) =>
      `Examples, notes and conversation${examples || notes ? ': ' : ''}${[
        examples ? (examples === 1 ? '1 example' : `${examples} examples`) : '',
        notes ? 'notes' : '',
      ]
        .filter((each) => each)
        .join(', ')}`,
    examples: 'Solved examples (few-shot)',
    examplesHelp:
      'They go before the prompt. A model that was never fine-tuned may catch the pattern from them alone.',
    prompt: (n: number) => `Prompt ${n}`,
    answer: (n: number) => `Answer ${n}`,
    remove: (n: number) => `Remove example ${n}`,
    add: 'Add an example',
    starts: [
      { prompt: 'What colour is grass?', answer: 'Grass is green.' },
      { prompt: 'What do cows eat?', answer: 'Cows eat grass.' },
      { prompt: 'Where do birds live?', answer: 'Birds live in nests.' },
    ],
    notes: 'Your own notes',
    notesExample: 'Anna has a blue bike. Her cat is called Miu.',
    notesHelp:
      'The two passages that fit the prompt best go before it. They stay on this computer.',
    chat: 'Go on with the conversation.',
    chatHelp: 'Each model reads its own last answers before the next prompt.',
  },
  again: 'Ask this again',
  gone: 'a model that was deleted',
  why: {
    first:
      'All models here share one ancestry and one tokenizer, and draw from the same random numbers, so most of what differs is what training changed: the ',
    reference: 'fine-tuned model',
    second: ' learnt to answer, the ',
    policy: 'optimised one',
    third: ' to answer the way the reward model likes. A token is drawn from these probabilities:',
    formulaLabel:
      'The probability of the next token is the softmax of the logits divided by the temperature.',
    fourth:
      'A low temperature shows what a model holds likeliest, 0 always takes the likeliest token; a high one shows what else it has in mind. Top k and top p cut off the unlikely rest.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'If the optimised model says the same phrase to everything, it has found what the reward model likes and forgot the rest. One lucky answer proves nothing: try other seeds, and evaluate on many prompts.',
    source: 'Holtzman et al. 2020 on top p; Ouyang et al. 2022, section 4.3 on reading samples.',
  },
};
