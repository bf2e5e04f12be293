/** Ids that follow from content, so that the same text is known again wherever it comes from. */
import { sha256 } from './sha256';

const digest = (text: string): string => sha256(text).slice(0, 16);

export const promptId = (text: string): string => `prompt:${digest(text)}`;

export const demonstrationId = ({ text, response }: { text: string; response: string }): string =>
  `demonstration:${digest(JSON.stringify([text, response]))}`;
