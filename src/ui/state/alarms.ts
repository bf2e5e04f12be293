/** What a person should be told about a run while it goes on; the page's door to `algorithms/alarms.ts`. */
import { alarmsOf, WATCHED, type Alarm, type History } from '../../algorithms/alarms';
import type { Curve } from './curve';

export type { Alarm };

/** Alarms of a run whose curves are asked for by name. A metric that was never measured is an empty curve. */
export function alarmsOfCurves(curveOf: (metric: string) => Curve): Alarm[] {
  const history: History = {};
  for (const metric of WATCHED) {
    const curve = curveOf(metric);
    if (curve.y.length > 0) history[metric] = curve;
  }
  return alarmsOf(history);
}
