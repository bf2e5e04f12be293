/** The two clocks of the bench; all give seconds. */

export const CLOCKS = ['wall', 'cpu'] as const;
export type ClockName = (typeof CLOCKS)[number];
export type Clock = () => number;

/**
 * `wall` is what a person waits. `cpu` is the time that processors spent on this process: it leaves out the
 * waiting for other programs, so a busy machine disturbs it less; it counts helper threads as if they took
 * turns, so it says nothing of what they gain.
 */
export function clockOf(name: ClockName): Clock {
  switch (name) {
    case 'wall':
      return () => performance.now() / 1000;
    case 'cpu':
      return () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      };
    default:
      return name satisfies never;
  }
}
