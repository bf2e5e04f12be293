/**
 * Several responses to one query on WASM: the query through the trunk once for them all, against once for each, as a
 * rollout has them and as the answers to ranked prompts, which are packed where they do not share.
 */
import * as tf from '@tensorflow/tfjs-core';
import { analyseRollout } from '../../model/analyse';
import { forkedShape, packedRows, packedShape, type PackedLine, type PackedRows } from '../../data/packed'; // prettier-ignore
import { responseLogProbabilities, rowScores } from '../../model/heads';
import { Model } from '../../model/model';
import { rowTensors, type Rows } from '../../model/rows';
import { onThreads, takeTurns, type Bench } from './bench-run';
import { randomWeights, SMALL } from './models';
import { makeRow, type Row, type Target } from './rows';

/** As PPO has them in the preset `full`: sixteen rows, the responses to two queries, go through the trunk at once. */
const SIZES = { B: 16, n: 8, P: 20, R: 12 };
const FASTER: Target = { of: 'ratio', is: 'at most', bound: 0.8 };

export async function siblingsSection(bench: Bench): Promise<void> {
  await onThreads(bench, async (threads) => {
    for (const row of await siblingsRows(bench, threads)) bench.add(row);
    bench.add(await rankedRow(bench, threads));
  });
}

/** Answers to ranked prompts as the preset `full` has them: eight prompts, four answers to each. */
const RANKED = { prompts: 8, n: 4, longestQuery: 28, longestAnswer: 23 };

/** The gradient of the scores of a batch of ranked answers. */
async function rankedRow(bench: Bench, threads: string): Promise<Row> {
  const { n, prompts, longestQuery, longestAnswer } = RANKED;
  const lines = Array.from({ length: prompts * n }, (_, row): PackedLine => {
    const query = longestQuery - 2 * Math.floor(row / n);
    const answer = 4 + ((row * 7) % (longestAnswer - 3));
    const ids = Array.from({ length: query + answer }, (_, t) => 3 + (t < query ? 31 * Math.floor(row / n) + 7 * t : 17 * row + 5 * t) % 1000); // prettier-ignore
    return { ids, query };
  });
  const rows = (shape: typeof packedShape) => packedRows(lines, shape(lines), lines.length, SMALL.padId); // prettier-ignore
  const [forked, packed] = [rows(forkedShape), rows(packedShape)];
  const model = new Model('reward', SMALL, 'scalar', randomWeights(SMALL, 'scalar'));
  const learn = (batch: PackedRows, siblings: number) => () => {
    const start = bench.now();
    tf.tidy(() => {
      const { ids, mask } = rowTensors(batch, batch.B);
      const drawn = tf.tensor2d(batch.responses, [batch.B, batch.R]);
      const score = () => tf.mean<tf.Scalar>(rowScores(model, ids, mask, drawn, siblings));
      tf.variableGrads(score, Object.values(model.parameters) as tf.Variable[]);
    });
    return Promise.resolve(bench.now() - start);
  };
  try {
    const what = `Gradient of scores, small, ${prompts} prompts with ${n} answers each, WASM ${threads}: shared vs packed`; // prettier-ignore
    return makeRow(what, 's', await takeTurns(learn(forked, n), learn(packed, 1), bench.repeats), { ...FASTER, bound: 0.9 }); // prettier-ignore
  } finally {
    model.dispose();
  }
}

async function siblingsRows(bench: Bench, threads: string): Promise<Row[]> {
  const { B, n, P, R } = SIZES;
  const tensors = randomWeights(SMALL);
  const [policy, reference] = ['policy', 'reference'].map((name) => new Model(name, SMALL, 'language', tensors)) as [Model, Model]; // prettier-ignore
  const rows = siblingRows();
  const responses = new Float32Array(B * R).fill(1);
  const timed = (work: () => void | Promise<void>) => async () => {
    const start = bench.now();
    await work();
    return bench.now() - start;
  };
  const analyse = (siblings: number) =>
    timed(async () => {
      await analyseRollout({ policy, reference, value: null, reward: null }, rows, responses, B, 1, siblings); // prettier-ignore
    });
  const learn = (siblings: number) =>
    timed(() =>
      tf.tidy(() => {
        const { ids, mask } = rowTensors(rows, B);
        const loss = () => tf.mean<tf.Scalar>(responseLogProbabilities(policy, ids, mask, R, 1, siblings).logProbabilities); // prettier-ignore
        tf.variableGrads(loss, Object.values(policy.parameters));
      }),
    );
  const title = (what: string) => `${what} small, ${B} responses of ${R} tokens, ${n} to a query of ${P}, WASM ${threads}: shared vs apart`; // prettier-ignore
  try {
    return [
      makeRow(title('Analysis by two models,'), 's', await takeTurns(analyse(n), analyse(1), bench.repeats), FASTER), // prettier-ignore
      makeRow(title('Gradient,'), 's', await takeTurns(learn(n), learn(1), bench.repeats), FASTER),
    ];
  } finally {
    policy.dispose();
    reference.dispose();
  }
}

/** Full rows (B, P+R), each n of one query. */
function siblingRows(): Rows {
  const { B, n, P, R } = SIZES;
  const T = P + R;
  const ids = Int32Array.from({ length: B * T }, (_, i) => {
    const [row, t] = [Math.floor(i / T), i % T];
    return 3 + ((t < P ? 31 * Math.floor(row / n) + 7 * t : 17 * row + 5 * t) % 1000);
  });
  return { ids, mask: new Float32Array(B * T).fill(1) };
}
