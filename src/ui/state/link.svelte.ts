/** The page's link to the trainer: whether there is one, on what device, with which base model. */
import type { Id } from '../../records';
import type { BackendName, EngineReport, EngineStats, ModelSummary } from '../../workers/messages';
import { TrainerClient, type TrainerClientOptions } from '../../workers/trainer';
import { lab as text } from '../strings/lab';

const BACKENDS: readonly BackendName[] = ['webgpu', 'wasm', 'cpu'];

export class Link {
  state = $state<'none' | 'starting' | 'ready' | 'gone'>('none');
  engine = $state.raw<EngineReport | null>(null);
  base = $state.raw<ModelSummary | null>(null);
  stats = $state.raw<EngineStats | null>(null);
  /** Questions on their way; see `ask`. */
  asked = $state(0);

  #options: TrainerClientOptions;
  #client: TrainerClient | null = null;

  /** `onGone` is called when the trainer has failed; `state` is `gone` by then. */
  constructor({ onEvent, onGone }: TrainerClientOptions) {
    this.#options = {
      onEvent,
      onGone: (reason) => {
        this.lost();
        onGone(reason);
      },
    };
  }

  /** Begin with a worker, or begin again with a new one. Rejects with what the worker says. */
  async start(projectId: Id, backend: BackendName | null): Promise<void> {
    this.state = 'starting';
    this.engine = null;
    if (this.#client) this.#client.restart();
    else this.#client = new TrainerClient(this.#options);
    try {
      const reply = await this.#client.open({
        projectId,
        pageUrl: new URL('.', location.href).href,
        ...(backend ? { backend } : {}),
      });
      this.engine = reply.engine;
      this.base = reply.base;
      this.state = 'ready';
    } catch (error) {
      this.state = 'gone';
      throw error;
    }
    void this.refreshStats();
  }

  /** The worker cannot be used any more, though it may still be there. */
  lost(): void {
    this.state = 'gone';
  }

  /** The trainer, to command. @throws Error where there is none */
  get trainer(): TrainerClient {
    if (!this.#client) throw new Error(text.notRunning);
    return this.#client;
  }

  async ask<R>(command: (trainer: TrainerClient) => Promise<R>): Promise<R> {
    this.asked++;
    try {
      return await command(this.trainer);
    } finally {
      this.asked--;
    }
  }

  async refreshStats(): Promise<void> {
    if (this.state === 'ready') this.stats = await this.trainer.stats().catch(() => null);
  }

  async dispose(): Promise<void> {
    await this.#client?.dispose();
  }
}

/** The backend that the address asks for with `?backend=`; null where it asks for none that exists. */
export function wantedBackend(onUnknown: (name: string) => void): BackendName | null {
  const wanted = new URLSearchParams(location.search).get('backend');
  const known = BACKENDS.find((name) => name === wanted) ?? null;
  if (wanted !== null && !known) onUnknown(wanted);
  return known;
}
