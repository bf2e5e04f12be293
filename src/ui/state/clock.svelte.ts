/** The time as the page shows it, no finer than it is read. */
const TICK = 5000;

export class Clock {
  now = $state(Date.now());
  #timer = setInterval(() => (this.now = Date.now()), TICK);

  dispose(): void {
    clearInterval(this.#timer);
  }
}
