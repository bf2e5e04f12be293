/** Strings of the chart that lays several runs over one another. */
export const overlay = {
  title: 'Beside earlier runs',
  lead: 'One metric of up to four runs. Each curve is named by the settings in which it differs.',
  which: 'Runs to show',
  run: (n: number) => `run ${n}`,
  steps: (n: number) => (n === 1 ? '1 step' : `${n} steps`),
  metric: 'Metric',
  heldOut: (name: string, metric: string) => `${name} (${metric.replace('eval/', '')})`,
  none: 'not set',
  differ: 'the same metric of each run; names say what differs in their settings',
  same: 'the same metric of each run; their settings are the same',
};
