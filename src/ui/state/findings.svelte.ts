/** What was measured once and took a while, kept for the next visit. */
import * as v from 'valibot';
import type { Id } from '../../records';
import type { LabDatabase } from '../../storage/schema';
import { readSetting, writeSetting } from '../../storage/settings';
import type { LearningCurvePoint } from '../../workers/messages';

const CURVE_KEY = 'learning-curve';

const Point = v.object({
  rankings: v.number(),
  pairs: v.number(),
  accuracy: v.number(),
  low: v.number(),
  high: v.number(),
  trainAccuracy: v.number(),
});

export class Findings {
  /** Accuracy of reward models on growing parts of the labels; empty where it was not measured. */
  curve = $state.raw<readonly LearningCurvePoint[]>([]);
  #place: { writable: () => LabDatabase; projectId: Id } | null = null;

  /** @throws StorageError */
  async open(db: LabDatabase, projectId: Id, writable: () => LabDatabase): Promise<void> {
    this.#place = { writable, projectId };
    const stored = v.safeParse(v.array(Point), await readSetting(db, projectId, CURVE_KEY));
    this.curve = stored.success ? stored.output : [];
  }

  async keepCurve(points: readonly LearningCurvePoint[]): Promise<void> {
    this.curve = points;
    const place = this.#place;
    if (place) await writeSetting(place.writable(), place.projectId, CURVE_KEY, points.map((each) => ({ ...each }))); // prettier-ignore
  }
}
