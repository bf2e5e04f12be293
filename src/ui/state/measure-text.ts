/** A measure as words: its value, its interval, and what a zero of incidents means. Pure, so that it can be tested. */
import type { Measure } from '../../data/evaluation-table';
import { measures as text } from '../strings/measures';

export interface MeasureText {
  value: string;
  interval: string;
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;
/** Per 1,000. */
export const rate = (value: number): string =>
  value >= 10 ? String(Math.round(value)) : value.toFixed(1);

function textIn(unit: Measure['unit']): (value: number) => string {
  switch (unit) {
    case 'share':
      return percent;
    case 'per 1,000':
      return rate;
    case 'words':
      return (value) => value.toFixed(1);
    case 'score':
      return (value) => value.toFixed(2);
    default:
      return unit satisfies never;
  }
}

/** Of no incident seen the upper bound is what is told, since zero is not what was found. */
export function measureText({ unit, value, low, high, cases }: Measure): MeasureText {
  if (unit === 'per 1,000' && cases.length === 0)
    return { value: text.noneSeen, interval: text.atMost(rate(high)) };
  const show = textIn(unit);
  const interval =
    Number.isFinite(low) && Number.isFinite(high)
      ? text.interval(show(low), show(high))
      : text.intervalUnknown;
  const shown = unit === 'per 1,000' ? text.perThousand(show(value)) : unit === 'words' ? text.words(show(value)) : show(value); // prettier-ignore
  return { value: shown, interval };
}
