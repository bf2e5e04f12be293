/**
 * The lab without a network: a service worker keeps the page, its engine and its base models.
 *
 * Invariant: the page is reloaded only when the person asked for it in this tab. A new version waits; where another
 * tab took it, this one goes on with what it has loaded and says so.
 */
/// <reference types="vite-plugin-pwa/vanillajs" />
import { getContext, setContext } from 'svelte';

const KEY = Symbol('offline');
export const setOffline = (offline: Offline): Offline => setContext(KEY, offline);
export const getOffline = (): Offline => getContext<Offline>(KEY);

export class Offline {
  /** Whether the next visit needs no network. */
  ready = $state(false);
  /** A new version waits, or another tab has taken it already. */
  update = $state<'none' | 'ready' | 'elsewhere'>('none');
  #take: (() => Promise<void>) | null = null;
  #isAsked = false;

  /** Let the browser keep the lab. Nothing happens where it cannot: on plain http, or while it is developed. */
  async register(): Promise<void> {
    if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
    const { registerSW } = await import('virtual:pwa-register');
    this.#take = registerSW({
      onOfflineReady: () => (this.ready = true),
      onRegisteredSW: (_url, registration) => {
        if (registration?.active) this.ready = true;
      },
      onNeedRefresh: () => (this.update = 'ready'),
      onNeedReload: () => {
        if (this.#isAsked) location.reload();
        else this.update = 'elsewhere';
      },
      // Without it the lab works as before, with a network.
      onRegisterError: () => {},
    });
  }

  /** Load the page anew, with the new version. */
  takeUpdate = async (): Promise<void> => {
    if (this.update === 'elsewhere') return location.reload();
    this.#isAsked = true;
    await this.#take?.();
  };
}
