/** What is asked in the playground, of whom, and what they said. */
import { EVALUATION, LENGTHS, SAMPLES } from '../../config';
import type { Id, SampledResponse } from '../../records';
import type { TokenChoice } from '../../workers/messages';
import { compare as text } from '../strings/compare';
import { contextOf, roomFor, type Turn } from './conversation';
import type { Lab } from './lab.svelte';

export type { TokenChoice };

/** Greedy decoding is of use here, so the temperature may be 0, as in evaluation. */
export const DECODING = {
  temperature: EVALUATION.temperature,
  topK: SAMPLES.topK,
  topP: SAMPLES.topP,
};
export const MOST_MODELS = 4;
const LAST = 12;

export interface Answered {
  checkpointId: Id;
  answer: SampledResponse;
  /** All that the model was given to read. */
  context: string;
  /** Share of the answer's content words that stand in the notes; null where it was given none. */
  support: { score: number; unsupported: string[] } | null;
}
export interface Asked {
  id: number;
  prompt: string;
  seed: number;
  values: { temperature: number; topK: number; topP: number };
  /** Titles of nothing but texts of the notes that were put before the prompt. */
  notes: string[];
  /** How many turns went before it. */
  turn: number;
  answers: Answered[];
}

export class Playground {
  readonly #lab: Lab;
  prompt = $state('');
  values = $state.raw({
    temperature: DECODING.temperature.value,
    topK: DECODING.topK.value,
    topP: DECODING.topP.value,
  });
  seed = $state(1);
  examples = $state.raw<readonly Turn[]>([]);
  notes = $state('');
  /** Whether the next prompt goes on from what was said last. */
  isChat = $state(false);
  isAsking = $state(false);
  asked = $state.raw<readonly Asked[]>([]);
  /** What the person chose; until then the newest model of each kind. */
  chosen = $state.raw<readonly Id[] | null>(null);

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  speakers = $derived.by(() => this.#lab.models.filter(({ stage }) => stage !== 'reward-model'));
  models = $derived.by((): readonly Id[] => {
    const usual = (['base', 'sft', 'ppo'] as const).flatMap(
      (stage) => this.#lab.latest(stage)?.id ?? [],
    );
    return (this.chosen ?? usual).filter((each) => this.speakers.some(({ id }) => id === each));
  });
  blocked = $derived.by(
    () =>
      this.#lab.blocked ??
      (this.models.length === 0 ? text.noModel : this.prompt.trim() === '' ? text.noPrompt : null),
  );

  /** Ask all models; each goes on with its own answers of before, where it is a conversation. */
  async ask(): Promise<void> {
    if (this.blocked !== null || this.isAsking) return;
    this.isAsking = true;
    await this.#lab.attempt(text.failed, async () => {
      const prompt = this.prompt.trim();
      const [found, question] = await this.#read(prompt);
      const { seed, values } = this;
      const answers: Answered[] = [];
      for (const checkpointId of this.models) {
        const context = contextOf([...this.examples, ...this.#said(checkpointId)], question);
        const answer = await this.#answer(checkpointId, context);
        answers.push({ checkpointId, context, answer, support: await supportOf(answer, found) });
      }
      const turn = this.isChat ? (this.asked[0]?.turn ?? 0) + 1 : 1;
      const now = { id: Date.now(), prompt, seed, values, notes: found, turn, answers };
      this.asked = [now, ...this.asked].slice(0, LAST);
      if (this.isChat) this.prompt = '';
    });
    this.isAsking = false;
  }

  /** What else a model might have said at each token. Rejects with the worker's sentence. */
  alternatives({ checkpointId, context, answer }: Answered): Promise<TokenChoice[]> {
    return this.#lab.ask((trainer) =>
      trainer.alternatives({
        checkpointId,
        prompt: context,
        response: answer.text,
        lengths: this.#lengths(checkpointId),
      }),
    );
  }

  /** The notes that fit the question, and the question with them before it. */
  async #read(prompt: string): Promise<[found: string[], question: string]> {
    if (this.notes.trim() === '') return [[], prompt];
    const { passagesOf, readingPrompt, retriever } = await import('../../data/retriever');
    const found = retriever(passagesOf([{ title: '', text: this.notes }])).find(prompt, 2);
    return [found.map((each) => each.text), readingPrompt(found, prompt)];
  }

  /** What was said with a model in this conversation, oldest first. */
  #said(checkpointId: Id): Turn[] {
    const last = this.asked[0];
    if (!this.isChat || !last) return [];
    return this.asked
      .slice(0, last.turn)
      .toReversed()
      .flatMap(({ prompt, answers }) => {
        const said = answers.find((each) => each.checkpointId === checkpointId);
        return said ? [{ prompt, answer: said.answer.text }] : [];
      });
  }

  async #answer(checkpointId: Id, context: string): Promise<SampledResponse> {
    const { answers } = await this.#lab.ask((trainer) =>
      trainer.complete({
        checkpointIds: [checkpointId],
        prompts: [context],
        lengths: this.#lengths(checkpointId),
        ...this.values,
        seed: this.seed,
      }),
    );
    return answers[0]?.[0] ?? { text: '', tokens: 0, finished: false };
  }

  #lengths(checkpointId: Id) {
    const positions = this.#lab.checkpoint(checkpointId)?.modelConfig.maxPositions ?? 0;
    return roomFor({ ...this.#lab.config.lengths }, positions, LENGTHS.promptTokens.max);
  }
}

async function supportOf(answer: SampledResponse, found: string[]): Promise<Answered['support']> {
  if (found.length === 0) return null;
  const { support } = await import('../../data/grounding');
  return support(answer.text, found);
}
