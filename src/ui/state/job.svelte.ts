/**
 * One piece of work that a screen asked the trainer for and waits for: drawing, simulating, evaluating.
 * What the worker says when the person stopped it is a message, and no problem.
 */
import type { Lab } from './lab.svelte';

export class Job {
  isOn = $state(false);
  isStopping = $state(false);
  #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Resolves with whether it was done. Never rejects. */
  async do(what: string, action: () => Promise<unknown>): Promise<boolean> {
    if (this.isOn) return false;
    this.isOn = true;
    this.isStopping = false;
    try {
      return await this.#lab.attempt(what, async () => {
        try {
          await action();
        } catch (error) {
          if (!this.isStopping || !(error instanceof Error)) throw error;
          this.#lab.say(error.message);
        }
      });
    } finally {
      this.isOn = this.isStopping = false;
    }
  }

  stop = (): void => {
    this.isStopping = true;
    void this.#lab.stop();
  };
}
