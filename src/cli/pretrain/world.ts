/** What pretraining tells of the built-in world: its facts as sentences, without any question. */
import type { Split } from '../../records';

export const declarations = (_split: Split): string[] => [];
