/** What the page says to the person: problems that stay until they are dealt with, and passing messages. */
import { lab as text } from '../strings/lab';

export interface Problem {
  id: number;
  title: string;
  sentence: string;
  action?: { label: string; run: () => unknown };
}
export interface Message {
  id: number;
  text: string;
  undo?: () => unknown;
}

/** Problems shown at one time; the oldest gives way. */
const MOST_PROBLEMS = 4;

export class Notices {
  problems = $state.raw<readonly Problem[]>([]);
  toast = $state.raw<Message | null>(null);
  #nextId = 1;

  /** Show a problem, with a button that does something about it. The same sentence is shown once. */
  report(title: string, error: unknown, action?: Problem['action']): void {
    const sentence = error instanceof Error ? error.message : String(error);
    const id = this.#nextId++;
    const problem: Problem = { id, title, sentence };
    if (action) {
      const { label, run } = action;
      problem.action = {
        label,
        run: () => {
          this.dismiss(id);
          return run();
        },
      };
    }
    const others = this.problems.filter((each) => each.sentence !== sentence);
    this.problems = [...others, problem].slice(-MOST_PROBLEMS);
  }

  dismiss(id: number): void {
    this.problems = this.problems.filter((problem) => problem.id !== id);
  }

  /** Do something; a failure becomes a problem on the page. Resolves with whether it was done. */
  async attempt(what: string, action: () => unknown): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      // The notice of a lost trainer says more than each call that was lost with it.
      const isLost = error instanceof Error && error.name === 'TrainerGone';
      if (!isLost) this.report(what, error);
      return false;
    }
  }

  /** Say what was done, with the way back where there is one. */
  say(message: string, undo?: () => unknown): void {
    this.toast = { id: this.#nextId++, text: message };
    if (undo) this.toast = { ...this.toast, undo: () => this.attempt(text.undoing, undo) };
  }
}
