/** The short note beside each stage of the rail: how many, how good, or that it is stale. */
import { showNumber } from './components/format';
import type { Lab } from './state/lab.svelte';
import type { StageView } from './state/stages';
import { lab as text } from './strings/lab';

export function railNote(lab: Lab, { stage, state, count }: StageView): string {
  if (state === 'running') {
    const live = lab.liveStage === stage ? lab.runs[lab.liveStage].record : null;
    return live && live.steps > 0 ? `${Math.floor((100 * live.step) / live.steps)}%` : '…';
  }
  if (state === 'stale') return text.stale;
  if (count === 0 || lab.phase !== 'ready') return '';
  switch (stage) {
    case 'demonstrations':
      return String(count);
    case 'samples':
      return `${lab.labels.samples.at(-1)?.responses.length ?? 0} × ${count}`;
    case 'rankings':
      return `${count} / ${lab.labels.unranked.length + new Set(lab.labels.rankings.map(({ sampleId }) => sampleId)).size}`;
    case 'sft':
      return shown(lab.latest('sft')?.metrics['eval/loss']);
    case 'reward-model':
      return percent(lab.latest('reward-model')?.metrics['eval/accuracy']);
    case 'ppo': {
      // Methods that learn from labels alone ask no reward model.
      const metrics = lab.latest('ppo')?.metrics ?? {};
      return shown(metrics['objective/scores']) || percent(metrics['eval/rewards/accuracies'] ?? metrics['rewards/accuracies']); // prettier-ignore
    }
    case 'evaluation':
      return percent(lab.labels.evaluations.at(-1)?.winRate.value);
    default:
      return stage satisfies never;
  }
}

const shown = (value: number | undefined): string => (value === undefined ? '' : showNumber(value));
const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${Math.round(100 * share)}%`;
