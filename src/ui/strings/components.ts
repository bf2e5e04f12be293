/** Strings of the components that every screen uses. */
export const components = {
  chart: {
    download: 'Download as CSV',
    waiting: 'Nothing measured yet.',
    at: (label: string, x: string) => `${label} ${x}`,
    healthy: (low: string, high: string) => `healthy ${low} to ${high}`,
    below: (high: string) => `healthy below ${high}`,
    above: (low: string) => `healthy above ${low}`,
    mark: (label: string, x: string) => `${label} at ${x}`,
    /** The text alternative of one curve. */
    summary: (c: {
      label: string;
      count: number;
      first: string;
      last: string;
      low: string;
      high: string;
    }) =>
      `${c.label}: ${c.count} ${c.count === 1 ? 'point' : 'points'}, from ${c.first} to ${c.last}, lowest ${c.low}, highest ${c.high}.`,
  },
  figure: {
    download: 'Download the data',
    legend: 'What is drawn',
    keys: 'Point at a point, or click into the figure and use the arrow keys: left and right along a line, up and down to another one.',
    summary: (label: string, count: number, x: string, y: string) =>
      `${label}: ${count} ${count === 1 ? 'point' : 'points'}, the last at ${x}, ${y}.`,
  },
  rail: {
    label: 'Pipeline',
    more: 'More',
    states: { done: 'done', running: 'running', stale: 'stale', next: 'next', idle: 'not yet' },
  },
  why: { title: 'Why', open: 'Why?', close: 'Close' },
  formula: { loading: 'Formula' },
  field: {
    reset: (value: string) => `Reset to ${value}`,
    range: (min: string, max: string, unit: string) => `${min} to ${max}${unit ? ` ${unit}` : ''}`,
    source: 'Source',
    more: 'More settings',
    resetAll: 'Reset all',
    on: 'on',
    off: 'off',
    outside: (min: string, max: string) => `Must lie between ${min} and ${max}.`,
    whole: 'Must be a whole number.',
  },
  run: { start: 'Start', pause: 'Pause', step: 'One step', resume: 'Go on', stop: 'Stop' },
  dialog: { close: 'Close' },
  notice: { dismiss: 'Dismiss' },
  toast: { undo: 'Undo', dismiss: 'Dismiss', label: 'Messages' },
  time: {
    left: (time: string) => `${time} left`,
    lessThan: 'a few seconds',
    seconds: (s: number) => `${s} s`,
    minutes: (m: number, s: number) => (s ? `${m} min ${s} s` : `${m} min`),
    hours: (h: number, m: number) => (m ? `${h} h ${m} min` : `${h} h`),
  },
};
