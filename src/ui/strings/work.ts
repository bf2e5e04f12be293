/** Strings of work that is waited for, and of the things that several screens show. */
export const work = {
  stop: 'Stop',
  stopping: 'Stopping…',
  progress: (what: string, done: number, total: number) => `${what}: ${done} of ${total}`,
  begun: 'Loading the model…',
  simulated: 'simulated',
  human: 'by hand',
  cut: 'cut off',
  cutMeaning: 'It reached the length limit before it ended.',
  empty: '(nothing)',
  /** Where something is missing and another screen makes it. */
  go: (screen: string) => `Go to ${screen}`,
  page: (from: number, to: number, total: number) => `${from} to ${to} of ${total}`,
  before: 'Back',
  after: 'Next',
  model: 'Model',
};
