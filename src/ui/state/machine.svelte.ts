/**
 * The computer around the page: its measured speed, its battery, and a lock that keeps its screen on.
 *
 * Invariant: the lock is held only between `stayAwake()` and the cleanup that it returns. The browser takes it away
 * when the tab is hidden; it is asked for anew when the tab is seen again.
 */
import { getContext, setContext } from 'svelte';
import type { ProbeReply } from '../../workers/messages';

const KEY = Symbol('machine');
export const setMachine = (machine: Machine): Machine => setContext(KEY, machine);
export const getMachine = (): Machine => getContext<Machine>(KEY);

/** What `navigator.getBattery()` answers with, where there is one. */
interface BatteryManager extends EventTarget {
  level: number;
  charging: boolean;
}
type Batteried = Navigator & { getBattery?: () => Promise<BatteryManager> };

export class Machine {
  /** Null until it was measured. */
  speed = $state.raw<ProbeReply | null>(null);
  /** Null where the browser does not tell. */
  battery = $state.raw<{ level: number; charging: boolean } | null>(null);
  readonly canStayAwake = 'wakeLock' in navigator;
  #ended = new AbortController();

  async watchBattery(): Promise<void> {
    const { getBattery } = navigator as Batteried;
    const battery = await getBattery?.call(navigator).catch(() => null);
    if (!battery || this.#ended.signal.aborted) return;
    const read = () => (this.battery = { level: battery.level, charging: battery.charging });
    for (const change of ['levelchange', 'chargingchange'])
      battery.addEventListener(change, read, this.#ended);
    read();
  }

  /** Keep the screen on until the function that this returns is called. */
  stayAwake(): () => void {
    if (!this.canStayAwake) return () => {};
    const over = new AbortController();
    let lock: WakeLockSentinel | null = null;
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      // Refused on an empty battery, say; the run goes on without.
      const granted = await navigator.wakeLock.request('screen').catch(() => null);
      if (over.signal.aborted) await granted?.release();
      else lock = granted;
    };
    document.addEventListener('visibilitychange', () => void ask(), over);
    void ask();
    return () => {
      over.abort();
      void lock?.release();
    };
  }

  dispose(): void {
    this.#ended.abort();
  }
}
