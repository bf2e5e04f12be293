/** Compiling what a model needs before it is trained, with news of how far that is. */
import { warmUp } from '../model/warm-up';
import type { ModelConfig } from '../records';
import type { TrainerEvent } from './messages';

const COMPILING = 'Compiling programs for the graphics processor';

/** Have everything compiled that training a model of this shape runs; silent where nothing is left to compile. */
export async function compileFirst(
  config: ModelConfig,
  post: (event: TrainerEvent) => void,
): Promise<void> {
  let isWaiting = false;
  for await (const { done, total } of warmUp(config)) {
    isWaiting = true;
    post({ kind: 'work.progress', what: COMPILING, done, total, secondsLeft: null });
  }
  if (isWaiting) post({ kind: 'work.finished', what: COMPILING });
}
