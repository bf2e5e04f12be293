/** What every stored study has. */
import type { Id } from '../records';

export interface StudyHead {
  id: Id;
  /** Milliseconds since 1970. */
  createdAt: number;
  seed: number;
  backend: string;
  /** A study that was stopped, or whose tab was closed, keeps what it had measured. */
  status: 'running' | 'finished' | 'stopped';
  /** Seconds of work. */
  seconds: number;
}
