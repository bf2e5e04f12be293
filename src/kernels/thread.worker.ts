/** A helper thread in the browser; see thread.ts. */
import { serve, type ThreadStart } from './thread';

self.onmessage = ({ data }: MessageEvent<ThreadStart>) =>
  serve(data, () => self.postMessage('ready'));
