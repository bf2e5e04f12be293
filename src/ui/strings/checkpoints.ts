/** Strings of the checkpoint screen and of the tree of models. */
export const checkpoints = {
  title: 'Checkpoints',
  lead: 'Every model that was saved, under the one it came from.',
  tree: 'Models, each under the one it came from',
  stages: { base: 'base', sft: 'fine-tuned', 'reward-model': 'reward model', ppo: 'optimised' },
  resume: 'to go on from',
  step: (step: number) => `step ${step}`,
  showStates: 'Show saved states of unfinished runs',
  none: {
    title: 'No models yet',
    text: 'The base model appears here when the engine has started.',
  },
  total: (count: number, size: string) => `${count} saved, ${size} in all.`,
  rename: 'Rename',
  delete: 'Delete',
  export: 'Export',
  details: 'Details',
  branch: 'Branch',
  branchHelp: 'Begin a new run from here',
  compare: {
    title: 'Compare two',
    lead: 'Only what differs: first the settings, then what was measured.',
    one: 'One',
    other: 'The other',
    what: 'What',
    same: 'These two have the same settings and the same measurements.',
  },
  import: {
    button: 'Import a model',
    title: 'Import a model',
    lead: 'A Llama model as Hugging Face writes it: three files. They stay on this computer.',
    weights: 'Weights (.safetensors)',
    config: 'config.json',
    tokenizer: 'tokenizer.json',
    name: 'Name',
    go: 'Import',
    failed: 'The model was not imported.',
    done: (name: string) => `“${name}” was imported.`,
    missing: 'Choose all three files and give it a name.',
  },
  renaming: { title: 'Rename the model', label: 'Name', go: 'Rename' },
  deleting: {
    title: 'Delete this model?',
    text: (name: string) =>
      `“${name}” and its weights are deleted for good. What came from it stays. Export it first if you may want it again.`,
    go: 'Delete it',
    done: (name: string) => `“${name}” was deleted.`,
    cancel: 'Keep it',
  },
  exporting: {
    failed: 'The model was not exported.',
    done: (name: string) => `“${name}” was written as three files.`,
  },
  detail: {
    stage: 'Stage',
    made: 'Made',
    from: 'From',
    size: 'Size',
    shape: 'Shape',
    shapeText: (c: {
      layers: number;
      width: number;
      heads: number;
      kvHeads: number;
      vocabSize: number;
    }) =>
      `${c.layers} layers, width ${c.width}, ${c.heads} heads, ${c.kvHeads} for keys and values, vocabulary ${c.vocabSize}`,
    metrics: 'Measured',
    settings: 'Settings',
    none: 'none',
    tokenizer: 'Tokenizer (SHA-256)',
    gone: 'a model that was deleted',
  },
  why: {
    first:
      'Each stage starts from a model and saves a new one, so nothing is lost by trying. The tree shows what came from what: change one thing, run again from the same place, and compare the two branches.',
    second:
      'While a run is under way its state is saved too: weights, both moments of the optimizer for each weight, the step of the schedule, the KL coefficient and the counters of the random generator. With these it goes on as if it had never stopped.',
    formulaLabel:
      'The state of Adam: first moment, second moment and step count, for each parameter.',
    wrongTitle: 'When it goes wrong',
    wrong:
      'If the browser’s storage is full, saving fails with a sentence and nothing is half-written. Delete models that you no longer need, or export them first.',
    source:
      'Files are those of Hugging Face’s LlamaForCausalLM: weights in safetensors, shape in config.json, vocabulary in tokenizer.json.',
  },
};
