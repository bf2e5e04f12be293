/** Addresses that open the lab with an experiment. */
import { hashOf, type Experiment } from './experiment';

/** The whole address, without what the present one asks for besides, such as a backend. */
export const linkTo = (screen: string, experiment: Experiment): string =>
  new URL(hashOf(screen, experiment), new URL(location.pathname, location.origin)).href;

/** Resolves with whether the browser let it happen. */
export async function copied(link: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    return false; // no permission, or no clipboard on plain http
  }
}
