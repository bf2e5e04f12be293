/** Sentences about a training run, on every screen that trains. */
export const run = {
  settings: 'Settings',
  progress: (step: number, steps: number) => `step ${step} of ${steps}`,
  speed: (tokens: string) => `${tokens} tokens/s`,
  unfinished: 'A run was interrupted.',
  unfinishedAt: (step: number, steps: number, when: string) =>
    `It stands at step ${step} of ${steps}, begun ${when}. It goes on exactly from its last saved state.`,
  goOn: 'Go on with it',
  discard: 'Discard the run',
  finished: (steps: number, time: string) => `Finished: ${steps} steps in ${time}.`,
  stopped: (step: number, steps: number) =>
    `Stopped at step ${step} of ${steps}. What it had learnt is kept.`,
  failed: 'The run failed.',
  noModel: 'no model yet',
  earlier: 'Shown: the newest run.',
  texts: {
    title: 'The same prompts, as it learns',
    lead: 'Same seed every time, so what changes is the model.',
    prompt: 'Prompt',
    first: (step: number) => `after step ${step}`,
    now: (step: number) => `after step ${step}`,
    step: (step: number) => `Step ${step}`,
    none: 'Answers appear here while it trains.',
    gone: 'These are kept while the page is open. To hear models of then and now, ask them in Compare.',
    empty: '(nothing)',
  },
};
