/** The worker's entry that makes what a new lab begins with: half a second of work that the page need not do. */
import { worldDemonstrations, worldPrompts } from '../data/world';
import type { World } from './messages';

addEventListener('message', ({ data: seed }: MessageEvent<number>) => {
  const world: World = { demonstrations: worldDemonstrations(seed), prompts: worldPrompts(seed) };
  postMessage(world);
});
