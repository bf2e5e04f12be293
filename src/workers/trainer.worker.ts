/**
 * The worker's entry. The first message brings the port on which comlink's commands travel; news goes back
 * as plain events. A Web Lock, held while this worker lives, lets the page notice when it was killed.
 */
import * as Comlink from 'comlink';
import type { TrainerEvent, WorkerHello } from './messages';
import { TrainerService } from './service';

const service = new TrainerService((event: TrainerEvent) => postMessage(event));

addEventListener(
  'message',
  ({ data }: MessageEvent<WorkerHello>) => {
    if ('locks' in navigator)
      void navigator.locks.request(data.aliveLock, () => new Promise<never>(() => {}));
    Comlink.expose(service, data.commands);
  },
  { once: true },
);
