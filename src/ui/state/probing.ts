/** Asking the trainer for probes, some at a time so that they can be stopped, and adding counterfactual twins. */
import { comparisonsOf } from '../../data/comparisons';
import { permutation, STREAM } from '../../data/random';
import type { BiasProbe, Checkpoint, Prompt, SearchProbe } from '../../records';
import { removeRankings, saveLabels } from '../../storage/labels';
import { demonstrationTwins, policyProbe, rankingTwins, rewardProbe, type ProbePair, type Swap } from './bias'; // prettier-ignore
import type { Undo } from './labels.svelte';
import type { Lab } from './lab.svelte';
import { bestOf } from './search';

/** Pairs that are asked at a time. */
const AT_ONCE = 16;

/** Whoever asked for a probe: hears how far it is, and may want no more of it. */
export interface Watch {
  isStopped: () => boolean;
  progress: (done: number, total: number) => void;
}
function pass({ isStopped, progress }: Watch, done: number, total: number): void {
  if (isStopped())
    throw new Error('It was stopped before it was finished; nothing was kept of it.');
  progress(done, total);
}

const greedy = { temperature: 0, topK: 0, topP: 1 };

/** @throws Error where it was stopped */
export async function probeBias(
  lab: Lab,
  model: Checkpoint,
  pairs: readonly ProbePair[],
  swap: Swap,
  watch: Watch,
): Promise<BiasProbe> {
  const seed = lab.project?.seed ?? 1;
  const lengths = { ...lab.config.lengths };
  const isReward = model.stage === 'reward-model';
  const answers: [string, string][] = [];
  const scores: [number, number][] = [];
  for (let start = 0; start < pairs.length; start += AT_ONCE) {
    pass(watch, start, pairs.length);
    const some = pairs.slice(start, start + AT_ONCE);
    if (isReward) {
      const asked = some.flatMap(({ first, second, responses }) => [
        { prompt: first.text, response: responses[0] },
        { prompt: second.text, response: responses[1] },
      ]);
      const given = await lab.ask((t) => t.score({ rewardModelId: model.id, pairs: asked, lengths })); // prettier-ignore
      some.forEach((_, i) => scores.push([given[2 * i] ?? NaN, given[2 * i + 1] ?? NaN]));
    } else {
      // The likeliest answer: what differs is then the model's, and no chance.
      const prompts = some.flatMap(({ first, second }) => [first.text, second.text]);
      const reply = await lab.ask((t) => t.complete({ checkpointIds: [model.id], prompts, lengths, seed, ...greedy })); // prettier-ignore
      const texts = reply.answers[0]?.map(({ text }) => text) ?? [];
      some.forEach((_, i) => answers.push([texts[2 * i] ?? '', texts[2 * i + 1] ?? '']));
    }
  }
  return {
    kind: 'bias',
    id: `bias:${model.id}:${swap}`,
    checkpointId: model.id,
    asked: isReward ? 'reward-model' : 'policy',
    swap,
    createdAt: Date.now(),
    ...(isReward ? rewardProbe(pairs, scores, { seed }) : policyProbe(pairs, answers, { swap, seed })), // prettier-ignore
  };
}

/** The best of `n` answers by the reward model, for some held-out prompts. @throws Error where it was stopped */
export async function searchBest(
  lab: Lab,
  { policy, rewardModel, n, count }: { policy: Checkpoint; rewardModel: Checkpoint; n: number; count: number }, // prettier-ignore
  watch: Watch,
): Promise<SearchProbe> {
  const seed = lab.project?.seed ?? 1;
  const lengths = { ...lab.config.lengths };
  const found: SearchProbe['found'] = [];
  const some = heldOutSome(lab.labels.prompts, count, seed);
  for (const prompt of some) {
    pass(watch, found.length, some.length);
    const prompts = Array.from({ length: n }, () => prompt.text); // each row draws from a stream of its own
    const reply = await lab.ask((t) => t.complete({ checkpointIds: [policy.id], prompts, lengths, seed, temperature: 1, topK: 0, topP: 1 })); // prettier-ignore
    const texts = reply.answers[0]?.map(({ text }) => text) ?? [];
    const pairs = texts.map((response) => ({ prompt: prompt.text, response }));
    const scores = await lab.ask((t) => t.score({ rewardModelId: rewardModel.id, pairs, lengths }));
    found.push(bestOf({ ...prompt }, texts, scores));
  }
  return {
    kind: 'search',
    id: `search:${policy.id}:${rewardModel.id}:${n}`,
    checkpointId: policy.id,
    rewardModelId: rewardModel.id,
    n,
    found,
    createdAt: Date.now(),
  };
}

const heldOutSome = (prompts: readonly Prompt[], count: number, seed: number): Prompt[] => {
  const heldOut = prompts.filter(({ split }) => split === 'held-out');
  return permutation(heldOut.length, seed, STREAM.evaluation)
    .slice(0, count)
    .flatMap((i) => heldOut[i] ?? []);
};

// ── Twins ─────────────────────────────────────────────────────────────────────────────────────────

export interface AddedTwins {
  added: number;
  undo: Undo;
}

export async function addDemonstrationTwins(lab: Lab, swap: Swap): Promise<AddedTwins> {
  const twins = demonstrationTwins(lab.labels.demonstrations, swap, Date.now());
  return { added: twins.length, undo: await lab.labels.saveDemonstrations(twins) };
}

export async function addRankingTwins(lab: Lab, swap: Swap): Promise<AddedTwins> {
  const twins = rankingTwins(lab.labels.rankings, swap, Date.now());
  const [db, projectId] = [lab.writable(), lab.project?.id ?? ''];
  const labels = twins.map((ranking) => ({ ranking, comparison: comparisonsOf([ranking])[0] ?? null })); // prettier-ignore
  await saveLabels(db, projectId, labels);
  await lab.labels.reload('rankings');
  lab.saved();
  const undo = async () => {
    await removeRankings(lab.writable(), projectId, twins.map(({ id }) => id)); // prettier-ignore
    await lab.labels.reload('rankings');
  };
  return { added: twins.length, undo };
}
