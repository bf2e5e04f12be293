/** Strings of the guided tour. */
export const tour = {
  label: 'Guided tour',
  place: (step: number, steps: number) => `Guided tour, step ${step} of ${steps}`,
  next: 'Next',
  finish: 'Finish the tour',
  back: 'Back',
  leave: 'Leave for now',
  show: 'Show me where',
  take: (screen: string) => `Take me to ${screen}`,
  count: (done: number, of: number) => `${done} of ${of}`,
  fold: 'Fold the tour',
  unfold: 'Unfold the tour',
  done: 'Done.',
  settingsSet: 'The short settings of the tour are in place.',
  settingsBack: 'Your settings of before the tour are back.',
  card: {
    title: 'New here?',
    lead: 'The tour takes five minutes: you teach a language model by example, then by taste, and then you break it. Everything on the way is real.',
    start: 'Start the guided tour',
    starting: 'Getting ready…',
    leftTitle: 'The tour waits for you.',
    leftLead: (step: string) => `It goes on with: ${step}.`,
    goOn: 'Go on with the tour',
    again: 'Take the tour again',
  },
  steps: {
    hear: {
      title: 'Hear what it says now',
      text: 'This model has read stories and facts, and nobody has taught it to answer. It takes your question for the beginning of a text, and goes on with it.',
    },
    examples: {
      title: 'Teach by example',
      text: 'These are prompts with the answers that people would want. Read some; change one or add your own if you like. The model will learn from all of them.',
    },
    'fine-tune': {
      title: 'Fine-tune it',
      text: 'Press Fine-tune. The loss is its surprise at the answers that people wrote: watch it fall.',
    },
    changed: {
      title: 'The same prompts, other answers',
      text: 'Nothing changed but the model: same prompts, same random numbers. Move through the steps and see when it began to answer.',
    },
    draw: {
      title: 'Let it answer often',
      text: 'It will give four answers to each of many prompts, each with other luck. You will say which of them you like.',
    },
    rank: {
      title: 'Teach by taste',
      text: 'Put the best answer on top: drag, or press its number and then the arrow keys; = makes a tie. Enter saves. Do ten, and follow your own taste.',
    },
    simulate: {
      title: 'Let a rule do 200 more',
      text: 'Ten rankings teach little. A simulated labeler ranks the rest by a rule that you choose; its labels stay marked as simulated.',
    },
    reward: {
      title: 'Learn the taste',
      text: 'The reward model learns to put the better answer on top. Look at its accuracy on prompts that it has not seen: a half would be guessing.',
    },
    optimise: {
      title: 'Optimise it',
      text: 'Now the model learns to please the reward model. Reward should climb, while the KL, how far it moved away, stays small.',
    },
    arena: {
      title: 'Judge blind',
      text: 'Before and after answer the same prompts, and you do not see which is which. Begin, and vote five times: only your eyes can tell whether it got better.',
    },
    break: {
      title: 'Now break it',
      text: 'Press “Break it”, which makes moving away cost nothing, and optimise again. Reward may climb further; compare it with gold, the score by rule, and read what the model says.',
    },
    end: {
      title: 'That is RLHF',
      text: 'You showed, you compared, a model learned your taste and another one learned to please it. Your data and models stay. Try a labeler who likes flattery next, or your own prompts.',
    },
  },
};
