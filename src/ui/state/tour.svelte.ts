/**
 * Where a person is in the guided tour. The place is written down at every step, so that the tour goes on after
 * a reload; leaving it keeps the place, finishing it gives the settings back that were there before.
 */
import { getContext, setContext } from 'svelte';
import { tour as text } from '../strings/tour';
import { experimentOf, hashOf } from './experiment';
import type { Lab } from './lab.svelte';
import {
  nextStep,
  stepBefore,
  TOUR,
  TOUR_STEPS,
  tourExperiment,
  type TourFacts,
  type TourStepId,
} from './tour-steps';

const KEY = Symbol('tour');
export const setTour = (tour: Tour): Tour => setContext(KEY, tour);
export const getTour = (): Tour => getContext<Tour>(KEY);

/** Under which the place is kept. */
const SETTING = 'tour';
/** The model that learns within a minute without a graphics card. */
const SMALLEST = 'tiny';

interface Place {
  step: TourStepId;
  /** Milliseconds since 1970: only what came after it counts. */
  startedAt: number;
  isLeft: boolean;
  /** The settings of before, as an address has them. */
  before: string;
}

export class Tour {
  readonly #lab: Lab;
  #place = $state.raw<Place | null>(null);
  /** Whether a model has answered on the first screen in this visit. */
  heard = $state(false);
  isStarting = $state(false);

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The step that is shown; null where there is no tour or it was left. */
  step = $derived.by(() => (this.#place && !this.#place.isLeft ? this.#place.step : null));
  /** The step that a tour that was left would go on with. */
  waiting = $derived.by(() => (this.#place?.isLeft ? this.#place.step : null));
  facts = $derived.by((): TourFacts => {
    const { models, labels, config } = this.#lab;
    const since = this.#place?.startedAt ?? 0;
    const fresh = <T extends { createdAt: number }>(records: readonly T[]) =>
      records.filter(({ createdAt }) => createdAt > since);
    return {
      heard: this.heard,
      models: fresh(models),
      samples: fresh(labels.samples),
      rankings: fresh(labels.rankings),
      unranked: labels.unranked.length,
      evaluations: fresh(labels.evaluations),
      klCoefficient: config.ppo.klCoefficient,
    };
  });
  isDone = $derived.by(() => this.step !== null && TOUR[this.step].isDone(this.facts));

  /** Take up what an earlier visit left. */
  async open(): Promise<void> {
    this.#place = placeOf(await this.#lab.recall(SETTING));
  }

  /** Begin, with amounts that fit and the model that this computer trains in a minute. */
  async start(): Promise<void> {
    const lab = this.#lab;
    const before = hashOf('home', lab.experiment);
    this.isStarting = true;
    const isNew = lab.models.every(({ stage }) => stage === 'base');
    if (isNew && lab.engine?.backend !== 'webgpu' && lab.project?.baseModel !== SMALLEST) {
      this.heard = false;
      await lab.useBase(SMALLEST);
    }
    await lab.setExperiment(tourExperiment(), text.settingsSet);
    this.isStarting = false;
    await this.#keep({ step: TOUR_STEPS[0], startedAt: Date.now(), isLeft: false, before });
  }

  /** To the next step; from the last one out of the tour. */
  async next(): Promise<void> {
    const place = this.#place;
    if (!place) return;
    const step = nextStep(place.step);
    if (step) return this.#keep({ ...place, step });
    await this.#keep(null);
    const experiment = experimentOf(place.before);
    const lab = this.#lab;
    await lab.setExperiment(
      experiment.kind === 'experiment' ? experiment.experiment : { ...tourExperiment() },
      text.settingsBack,
    );
  }

  async back(): Promise<void> {
    const step = this.#place && stepBefore(this.#place.step);
    if (this.#place && step) await this.#keep({ ...this.#place, step });
  }

  leave = (): Promise<void> => this.#setLeft(true);
  goOn = (): Promise<void> => this.#setLeft(false);

  async #setLeft(isLeft: boolean): Promise<void> {
    if (this.#place) await this.#keep({ ...this.#place, isLeft });
  }

  async #keep(place: Place | null): Promise<void> {
    this.#place = place;
    await this.#lab.remember(SETTING, place && { ...place });
  }
}

/** The place that a setting holds; null where it holds none that this version knows. */
function placeOf(value: unknown): Place | null {
  if (typeof value !== 'object' || value === null) return null;
  const { step, startedAt, isLeft, before } = value as Record<string, unknown>;
  const known = TOUR_STEPS.find((each) => each === step);
  return known && typeof startedAt === 'number' && typeof before === 'string'
    ? { step: known, startedAt, isLeft: isLeft === true, before }
    : null;
}
