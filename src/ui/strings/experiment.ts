/** Experiments: named ones on the first screen, and those that come with an address. */
export const experiment = {
  title: 'Experiments',
  lead: 'Each sets the labeler, the method and all settings at once. Your data and models stay as they are.',
  setUp: 'Set it up',
  done: (name: string) => `“${name}” is set up. Run everything, or go through the stages yourself.`,
  isSet: 'set up',
  watch: 'Watch: ',
  copy: 'Copy link',
  copyMine: 'Copy a link to my settings',
  copyOf: (name: string) => `Copy a link to “${name}”`,
  copied: 'The link is copied. It opens the lab with the same settings.',
  notCopied: 'This browser does not let the page copy. Copy the link from here:',
  linked: {
    title: 'This link brings an experiment.',
    lead: 'It sets the following; everything else goes to its default. Your data and models stay as they are.',
    none: 'It sets everything to its default.',
    use: 'Use these settings',
    leave: 'Keep mine',
    used: 'The settings of the link are set.',
    refused: 'This link cannot be used, and nothing was changed.',
    dismiss: 'Go on without it',
  },
  sections: {
    lengths: 'Lengths',
    sft: 'Fine-tune',
    samples: 'Samples',
    rewardModel: 'Reward model',
    evaluation: 'Evaluate',
  } as Readonly<Record<string, string>>,
  labeler: 'Labeler',
  mistakes: 'Share of mistakes',
  twice: (key: string) => `The link says “${key}” twice.`,
  unknown: (key: string) =>
    `The link sets “${key}”, which does not exist. A setting is named by its section and its name, such as ppo.klCoefficient; beside them there are method, labeler and mistakes.`,
  noLabeler: (value: string, known: string) => `labeler is “${value}”; it is one of ${known}.`,
  mistakesOutside: (value: string, most: number) =>
    `mistakes is “${value}”; it is a number between 0 and ${most} (share of samples).`,
  presets: {
    kind: {
      name: 'Kind answers',
      about: 'A labeler who prefers kind words.',
      watch:
        'the live texts on Optimise: how soon “please” and “thank you” turn up where nobody asked, and what that does to gold.',
    },
    short: {
      name: 'Short answers',
      about: 'A labeler who prefers fewer words.',
      watch: 'the length, and in Evaluate whether the tasks are still done.',
    },
    broken: {
      name: 'Break it: no KL',
      about: 'Nothing holds the policy near the fine-tuned model, and it takes larger steps.',
      watch: 'reward against gold, the KL, and the first alarm; read the answers then.',
    },
    flattery: {
      name: 'A flattering labeler',
      about: 'A labeler who likes to be praised.',
      watch:
        'whether praise climbs in the live texts, and what becomes of the truth in Evaluate with gold as the judge.',
    },
    careless: {
      name: 'A careless labeler',
      about:
        'A labeler who does not read: long and tidy answers look good, and a fifth is guessed.',
      watch: 'the held-out accuracy of the reward model, and the length on Optimise.',
    },
    clicks: {
      name: 'From clicks only',
      about:
        'No reward model and no rollouts: thumbs up and down are all that is learned from (KTO).',
      watch: 'both implied rewards and z; compare with PPO from the same rankings.',
    },
  },
};
