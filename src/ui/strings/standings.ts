/** Strings of the ratings and win rates of the arena, judge by judge. */
export const standings = {
  title: 'How they stand',
  lead: 'By every blind vote of this lab, each judge apart. Win rates count a tie as half; a rating of 400 points more is odds of ten to one.',
  none: 'No votes yet.',
  noneHelp: 'Vote in the blind arena, or let a rule or the reward model judge above.',
  by: {
    human: (name: string) => (name === 'You' ? 'Judged by you' : `Judged by ${name}`),
    simulated: (name: string) => `Judged by rule: ${name}`,
    model: 'Judged by a reward model',
  },
  votes: (n: number) => (n === 1 ? '1 vote' : `${n} votes`),
  model: 'Model',
  rating: 'Rating',
  interval: '95% interval',
  range: (low: string, high: string) => `${low} to ${high}`,
  unknown: 'unknown',
  ratings: 'Ratings',
  ratingLabel: (name: string, value: string, low: string, high: string) =>
    `Rating of ${name}: ${value}, 95% interval ${low} to ${high}; the mark is at 1000.`,
  pairs: 'Every two',
  pair: 'Pair',
  against: (first: string, second: string) => `${first} against ${second}`,
  winRate: 'Win rate',
  rateLabel: (value: string, low: string, high: string) =>
    `Win rate ${value}, 95% interval ${low} to ${high}; the mark is at one half.`,
  counts: (wins: number, losses: number, ties: number) =>
    `${wins} won, ${losses} lost, ${ties} tied`,
  bothBad: (n: number) => `of the ties ${n} with both bad`,
  contradicted: (n: number) =>
    `of the ties ${n} where the judge preferred a side and not an answer`,
  further: {
    none: 'As alike as they are now, no number of votes would tell them apart.',
    enough: 'Enough votes to tell them apart, if they differ as much as it seems.',
    more: (n: number) =>
      `About ${n} more ${n === 1 ? 'vote' : 'votes'} would tell them apart, if they differ as much as it seems.`,
  },
  gone: 'a model that was deleted',
};
