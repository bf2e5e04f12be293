/**
 * The screens by the hash that shows them: `#/sft`. Each is one file in `stages/`, loaded when it is first
 * shown; it is given nothing and finds the lab with `getLab()`.
 */
import type { Component } from 'svelte';
import type { Stage } from '../records';

export interface ScreenRow {
  id: string;
  /** The stage of the pipeline that it belongs to, which gives its name and its place in the rail. */
  stage?: Stage;
  load: () => Promise<{ default: Component }>;
}

export const SCREENS: readonly ScreenRow[] = [
  { id: 'home', load: () => import('./stages/Home.svelte') },
  {
    id: 'demonstrations',
    stage: 'demonstrations',
    load: () => import('./stages/Demonstrations.svelte'),
  },
  { id: 'sft', stage: 'sft', load: () => import('./stages/Sft.svelte') },
  { id: 'samples', stage: 'samples', load: () => import('./stages/Samples.svelte') },
  { id: 'rankings', stage: 'rankings', load: () => import('./stages/Rankings.svelte') },
  {
    id: 'reward-model',
    stage: 'reward-model',
    load: () => import('./stages/RewardModel.svelte'),
  },
  { id: 'ppo', stage: 'ppo', load: () => import('./stages/Optimise.svelte') },
  { id: 'evaluation', stage: 'evaluation', load: () => import('./stages/Evaluation.svelte') },

  // ── not a stage: named in `strings/lab.ts` under `screens` ──
  { id: 'compare', load: () => import('./stages/Compare.svelte') },
  { id: 'over-optimisation', load: () => import('./stages/OverOptimisation.svelte') },
  { id: 'exact', load: () => import('./stages/ExactLab.svelte') },
  { id: 'checkpoints', load: () => import('./stages/Checkpoints.svelte') },
];
