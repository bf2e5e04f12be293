/** The worker's entry that makes what a new lab begins with: half a second of work that the page need not do. */
import { worldDemonstrations, worldPrompts } from '../data/world';
import type { World } from './messages';

/** With fewer of them a small model learns the manner and little else. */
const DEMONSTRATIONS = 1200;
/** Enough for a quick round, a third of them held out. */
const PROMPTS = 800;

addEventListener('message', ({ data: seed }: MessageEvent<number>) => {
  const demonstrations = worldDemonstrations(seed, DEMONSTRATIONS);
  const world: World = { demonstrations, prompts: worldPrompts(seed, PROMPTS) };
  postMessage(world);
});
