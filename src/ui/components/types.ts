/** What the components are given. They know nothing of what the values mean. */

/** The concept that a thing belongs to; each has its colour in `theme.css`. */
export type Hue =
  'policy' | 'reference' | 'reward' | 'gold' | 'kl' | 'value' | 'person' | 'good' | 'warn';

/** One curve. `x` must increase; the two arrays are of one length. */
export interface Series {
  label: string;
  hue: Hue;
  x: readonly number[];
  y: readonly number[];
  dash?: boolean;
  /** Draw a dot at every point, for what is measured now and then. */
  points?: boolean;
}

/** Where a curve is healthy; an end that is left out is open. */
export interface Band {
  low?: number;
  high?: number;
}

/** Something that happened at one x: a line up the plot, and a word for it. */
export interface Mark {
  x: number;
  label: string;
  hue: Hue;
}

export type RailState = 'done' | 'running' | 'stale' | 'next' | 'idle';
export interface RailItem {
  id: string;
  label: string;
  href: string;
  state: RailState;
  /** A count or the like, short. */
  note?: string;
}

/** A setting with its range, meaning and source. */
export type FieldSpec = { meaning: string; source: string } & (
  | {
      kind: 'number' | 'integer';
      value: number;
      min: number;
      max: number;
      unit: string;
      scale?: 'log';
    }
  | { kind: 'flag'; value: boolean }
  | { kind: 'choice'; value: string; options: readonly string[] }
);
export type FieldValue = number | string | boolean;

export interface Action {
  label: string;
  run: () => unknown;
  disabled?: boolean;
}

export interface StatusPart {
  strong?: string;
  text: string;
  /** More, shown on hover and read to screen readers. */
  title?: string;
}

export type ControlsState = 'idle' | 'starting' | 'running' | 'paused' | 'stopping';
