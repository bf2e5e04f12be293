/** Strings that the exact lab and the over-optimisation study share. */
export const studies = {
  progress: (what: string, percent: number) => `${what}: ${percent}%`,
  begun: 'Beginning…',
  stop: 'Stop',
  stopping: 'Stopping…',
  results: 'Results',
  remove: 'Delete',
  removing: 'Deleting results',
  removed: 'Results deleted.',
  date: (time: number) =>
    new Date(time).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }), // prettier-ignore
  stopped: 'stopped early',
};
