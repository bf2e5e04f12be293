/** The main path, whole and tiny: all seven stages in order, the same twice, and free to be left anywhere. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { PRESETS } from '../src/config';
import { memberCount } from '../src/model/members';
import { pipeline, type PipelineEvent } from '../src/pipeline';
import { STAGES } from '../src/records';
import { onEngines } from './engines';
import { exhausted, lengthLabeler as labeler, LENGTHS, tinyLab } from './lab';

const lab = () => tinyLab({ ...PRESETS.test, lengths: LENGTHS });
const run = () => exhausted(pipeline(lab(), labeler));

/** What an event is about, without its numbers. */
const kindOf = (event: PipelineEvent): string => {
  switch (event.kind) {
    case 'stage':
    case 'model':
    case 'step':
    case 'progress':
      return `${event.kind} ${event.stage}`;
    case 'samples':
    case 'ranking':
      return event.kind;
    default:
      return event satisfies never;
  }
};

onEngines(
  'the pipeline',
  () => {
    test('goes through all seven stages in order, and comes out the same twice', async () => {
      const before = tf.memory().numTensors;
      const first = await run();
      expect(tf.memory().numTensors).toBe(before);

      const kinds = first.yields.map(kindOf);
      expect(kinds.filter((kind) => kind.startsWith('stage '))).toEqual(STAGES.map((stage) => `stage ${stage}`)); // prettier-ignore
      // Neighbours of one kind taken together.
      expect(kinds.filter((kind, i) => kind !== kinds[i - 1])).toEqual([
        'stage demonstrations',
        'progress demonstrations',
        'stage sft',
        'step sft',
        'model sft',
        'stage samples',
        'samples',
        'progress samples',
        'stage rankings',
        ...Array.from({ length: 8 }, () => ['ranking', 'progress rankings']).flat(),
        'stage reward-model',
        'step reward-model',
        'model reward-model',
        'stage ppo',
        'step ppo',
        'model ppo',
        'stage evaluation',
        'progress evaluation',
      ]);

      const { result } = first;
      expect(result.samples).toHaveLength(8);
      expect(result.comparisons.length).toBeGreaterThan(0);
      expect(result.samples.map(({ checkpointId }) => checkpointId)).toEqual(Array(8).fill('sft'));
      expect(result.evaluation).toMatchObject({ checkpointId: 'ppo', baselineId: 'sft', judge: labeler.info }); // prettier-ignore
      expect(result.evaluation.contests.every(({ prompt }) => prompt.split === 'held-out')).toBe(true); // prettier-ignore
      expect(result.optimized.tensors).not.toEqual(result.fineTuned.tensors);
      const models = first.yields.flatMap((event) => (event.kind === 'model' ? [event.model] : []));
      expect(models).toEqual([result.fineTuned, result.reward, result.optimized]);

      const second = await run();
      expect(second.result).toEqual(result);
      const steps = ({ yields }: typeof first) => yields.flatMap((event) => (event.kind === 'step' ? [event.step] : [])); // prettier-ignore
      expect(steps(second)).toEqual(steps(first));
      const other = await exhausted(pipeline({ ...lab(), seed: 2 }, labeler));
      expect(other.result.samples).not.toEqual(result.samples);
    });

    test('goes through with a reward model of two members', async () => {
      const rewards = { ...PRESETS.test.rewardModel, members: 2 };
      const paid = { ...PRESETS.test.ppo, spreadPenalty: 1 };
      const before = tf.memory().numTensors;
      const { yields, result } = await exhausted(pipeline(tinyLab({ ...PRESETS.test, lengths: LENGTHS, rewardModel: rewards, ppo: paid }), labeler)); // prettier-ignore
      expect(tf.memory().numTensors).toBe(before);
      expect(memberCount(result.reward.tensors)).toBe(2);
      const last = yields.findLast((event) => event.kind === 'step' && event.stage === 'ppo');
      expect(last?.kind === 'step' && last.step.metrics['objective/score_spread']).toBeGreaterThan(0); // prettier-ignore
    });

    test.each([
      'progress demonstrations',
      'step sft',
      'samples',
      'ranking',
      'step reward-model',
      'step ppo',
      'progress evaluation',
    ])('can be left at "%s", and nothing is left on the device', async (where) => {
      const before = tf.memory().numTensors;
      const events = pipeline(lab(), labeler);
      for await (const event of events) if (kindOf(event) === where) break;
      expect(tf.memory().numTensors).toBe(before);
      expect((await events.next()).done).toBe(true);
      // Names are free again too.
      const again = pipeline(lab(), labeler);
      for await (const event of again) if (kindOf(event) === 'step sft') break;
      expect(tf.memory().numTensors).toBe(before);
    });

    test('lets go of everything where the labeler fails', async () => {
      const before = tf.memory().numTensors;
      const broken = { ...labeler, rank: () => Promise.reject(new Error('The labeler went home.')) }; // prettier-ignore
      await expect(exhausted(pipeline(lab(), broken))).rejects.toThrow('The labeler went home.');
      expect(tf.memory().numTensors).toBe(before);
    });

    test('can save a run at any of its steps', async () => {
      for await (const event of pipeline(lab(), labeler))
        if (event.kind === 'step' && event.stage === 'ppo') {
          const tensors = await event.run.save();
          const owners = new Set(Object.keys(tensors).map((name) => name.split('/')[0]));
          expect(owners).toEqual(
            new Set(['policy', 'value', 'policy-optimizer', 'value-optimizer']),
          );
          expect(event.run.progress.step).toBe(event.step.step);
          break;
        }
    });
  },
  ['wasm'],
);
