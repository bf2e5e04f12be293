/** One rollout of one row whose every number was worked out elsewhere, in float64. */
export const golden = {
  logProbabilities: [-1, -0.5, -2, -0.1, 0],
  referenceLogProbabilities: [-1.2, -0.4, -1, -0.1, 0],
  mask: [1, 1, 1, 1, 0],
  values: [0.2, 0.1, 0.4, 0.9, 0],
  rewards: [-0.01, 0.005, 0.05, 1.5, 0],
  advantages: [1.19055, 1.369, 1.12, 0.6, 0],
  returns: [1.39055, 1.469, 1.52, 1.5, 0],
};
