/** Strings of the demonstration screen. */
export const demonstrations = {
  title: 'Show what a good answer is',
  lead: 'Each row is a prompt with the answer that you would want. The model learns from these and from nothing else.',
  count: (train: number, heldOut: number) =>
    `${train + heldOut} in all: ${train} to learn from, ${heldOut} held out.`,
  search: 'Search prompts and answers',
  filters: { task: 'Task', all: 'all tasks', split: 'Use', anySplit: 'all' },
  splits: { train: 'learn', 'held-out': 'held out' },
  splitMeaning:
    'Held-out ones are never learned from; they measure whether it learned to answer, or only these answers.',
  sources: { human: 'yours', simulated: 'simulated', 'built-in': 'built in', imported: 'imported' },
  tasks: {
    story: 'story',
    answer: 'answer',
    unknown: 'unknown',
    list: 'list',
    json: 'JSON',
    rewrite: 'rewrite',
    grounded: 'from a text',
    unsafe: 'unsafe',
    borderline: 'borderline',
    own: 'own',
  },
  columns: {
    prompt: 'Prompt',
    response: 'Answer',
    task: 'Task',
    split: 'Use',
    do: 'Edit or delete',
  },
  add: 'Add one',
  import: 'Import',
  export: 'Export as JSONL',
  next: 'Fine-tune on these',
  edit: 'Edit',
  editOf: (prompt: string) => `Edit: ${prompt}`,
  delete: 'Delete',
  deleteOf: (prompt: string) => `Delete: ${prompt}`,
  duplicate: 'repeated',
  duplicateHelp: 'The same prompt and answer stand above; training takes one of them.',
  leaked: 'also learned from',
  leakedHelp:
    'Its prompt is learned from, too, so it measures nothing. Change how one of the two is used, or delete one.',
  personal: 'personal data',
  holds: (kinds: string) => `It holds ${kinds}.`,
  personalHelp: 'What a model is trained on, it may say again.',
  kinds: {
    email: 'an e-mail address',
    phone: 'a phone number',
    card: 'a card number',
    iban: 'a bank account',
    ip: 'an internet address',
  },
  redact: 'Redact',
  redactOf: (prompt: string) => `Redact: ${prompt}`,
  amiss: {
    personal: (n: number) =>
      n === 1 ? '1 demonstration holds personal data.' : `${n} demonstrations hold personal data.`,
    personalHelp:
      'Redacting puts [email], [phone] and so on in its place. Names are not found: look for them yourself.',
    redactAll: 'Redact all of it',
    repeated: (n: number) =>
      n === 1 ? '1 demonstration is repeated.' : `${n} demonstrations are repeated.`,
    repeatedHelp: 'The same prompt and answer, case and marks aside, stand above them.',
    removeRepeated: 'Delete the repeated ones',
    leaked: (n: number) =>
      n === 1
        ? '1 held-out prompt is also learned from.'
        : `${n} held-out prompts are also learned from.`,
    leakedHelp: 'What is measured on them says nothing about new prompts.',
    show: 'Show them',
    showing: 'Only those that are flagged are shown.',
    showAll: 'Show all',
  },
  mix: {
    title: 'Task mix',
    lead: 'The model learns to do what it is shown, about as often as it is shown. Filled: learned from; outlined: held out.',
    count: (learn: number, heldOut: number) => `${learn} + ${heldOut} held out`,
  },
  more: (n: number) => `Show ${n} more`,
  shown: (n: number, all: number) => `${n} of ${all} shown`,
  none: {
    title: 'No demonstrations yet',
    text: 'Write one, import a file, or begin with the built-in ones.',
  },
  noMatch: {
    title: 'Nothing matches',
    text: 'No prompt or answer has these words.',
    clear: 'Show all',
  },
  starter: 'Begin with the built-in ones',
  starterFailed: 'The built-in demonstrations were not stored.',
  form: {
    addTitle: 'Add a demonstration',
    editTitle: 'Edit the demonstration',
    prompt: 'Prompt',
    promptHint: 'What someone might ask.',
    response: 'Answer',
    responseHint: 'What a good model would say.',
    split: 'Use it to',
    learn: 'learn from',
    measure: 'measure on (held out)',
    task: 'Task',
    save: 'Save',
    saveAndNext: 'Save and write another',
    emptyPrompt: 'Write a prompt.',
    emptyResponse: 'Write the answer that you would want.',
    keys: 'Ctrl + Enter saves.',
    personal: (kinds: string) => `This holds ${kinds}.`,
    redact: 'Take it out',
  },
  saved: {
    added: 'Demonstration added.',
    redacted: (n: number) =>
      n === 1
        ? 'Personal data taken out of 1 demonstration.'
        : `Personal data taken out of ${n} demonstrations.`,
    repeatedGone: (n: number) =>
      n === 1 ? '1 repeated demonstration deleted.' : `${n} repeated demonstrations deleted.`,
    changed: 'Demonstration changed.',
    deleted: 'Demonstration deleted.',
    imported: (n: number) =>
      n === 1 ? '1 demonstration imported.' : `${n} demonstrations imported.`,
  },
  failed: {
    save: 'It was not saved.',
    delete: 'It was not deleted.',
    import: 'Nothing was imported.',
  },
  guidelines: {
    title: 'Guidelines for labelers',
    lead: 'What counts as good here. Whoever writes or ranks sees this.',
    edit: 'Change the guidelines',
    save: 'Save the guidelines',
    saved: 'Guidelines saved.',
    cancel: 'Leave as they are',
  },
  importing: {
    title: 'Import demonstrations',
    lead: 'Lines of JSON with “prompt” and “response”, a CSV file with columns of these names, or two columns copied from a spreadsheet. “instruction” and “output”, and chats with “messages”, are understood too.',
    understood: {
      jsonl: 'Read as lines of JSON.',
      csv: 'Read as CSV.',
      tabs: 'Read as copied cells.',
    },
    redact: (n: number) =>
      n === 1 ? 'Take personal data out of 1 of them' : `Take personal data out of ${n} of them`,
    redactMeaning:
      'E-mail addresses, phone, card and account numbers and internet addresses become [email], [phone] and so on. What a model is trained on, it may say again.',
    file: 'Choose a file',
    paste: 'or paste lines',
    placeholder: '{"prompt": "What colour is the sky?", "response": "The sky is blue."}',
    taken: (n: number) =>
      n === 1 ? '1 demonstration will be added.' : `${n} demonstrations will be added.`,
    wrong: (n: number) =>
      n === 1
        ? '1 line cannot be taken and is left out:'
        : `${n} lines cannot be taken and are left out:`,
    duplicates: (n: number) =>
      n === 1 ? '1 is here already and is left out.' : `${n} are here already and are left out.`,
    line: (n: number) => `Line ${n}`,
    more: (n: number) => `and ${n} more`,
    preview: 'The first of them',
    nothing: 'No line can be taken.',
    go: (n: number) => `Add ${n}`,
    cancel: 'Cancel',
  },
  why: {
    first:
      'Before a model can be told which of its answers are better, it must give answers at all. So ',
    person: 'people',
    second:
      ' write a few, in the manner that is wanted. InstructGPT used about 13,000; a model as small as this one, in a world as small as this one, begins to answer after a hundred.',
    third:
      'A part is held out: the model never learns from it. All that is measured is measured there, or the model would be praised for learning by heart. The parts share no prompt:',
    formulaLabel: 'The training set and the held-out set have no prompt in common.',
    hands:
      'Most of the built-in ones are written in haste, as most of what people type is: right, but without a capital or a full stop, and now and then something is made up or gone along with. Fine-tuning copies that. What people prefer to read, they tell by ranking; so watch what the later stages change.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'A model copies manners before it copies facts. If the answers disagree in style, so will the model; if they state what the base model cannot know, it learns to make things up. Show it how to say “I do not know”.',
    source:
      'Ouyang et al. 2022, section 3.2 and appendix B; Goldberg 2023 and Schulman 2023 on why demonstrations teach hallucination.',
  },
};
