/** The status line: device, model, memory, saved. */
import { showSize, showTime } from './components/format';
import type { StatusPart } from './components/types';
import type { Lab } from './state/lab.svelte';
import { lab as text } from './strings/lab';

export function statusParts(lab: Lab, now: number): StatusPart[] {
  const { status } = text;
  const parts: StatusPart[] = [];
  const { engine, base, stats } = lab;
  if (lab.readOnly) parts.push({ text: status.readOnly });
  else if (lab.trainer === 'starting') parts.push({ text: status.starting });
  else if (lab.trainer === 'gone') parts.push({ text: status.gone });
  else if (engine) {
    const strong = status.backends[engine.backend];
    parts.push({ strong, text: engine.adapter ? `· ${engine.adapter}` : '', title: engine.reason });
  }
  if (lab.trainer === 'ready' && base) {
    const { checkpoint, parameters } = base;
    parts.push({ strong: checkpoint.name, text: status.parameters(showCount(parameters)) });
  }
  if (lab.trainer === 'ready' && stats)
    parts.push({ text: status.memory(showSize(stats.bytesOnDevice)) });
  if (lab.phase === 'ready') {
    const savedAt = Math.max(lab.savedAt ?? 0, lab.labels.savedAt ?? 0);
    const seconds = (now - savedAt) / 1000;
    const saved = seconds < 5 ? status.savedNow : status.saved(showTime(seconds));
    parts.push({ text: savedAt ? saved : status.savedNever });
  }
  return parts;
}

/** 1,234,567 as "1.2 million". */
const showCount = (count: number): string =>
  count >= 1e6 ? text.status.million((count / 1e6).toFixed(1)) : count.toLocaleString('en-GB');
