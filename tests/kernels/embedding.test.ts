import type * as tf from '@tensorflow/tfjs-core';
import { embedding } from '../../src/kernels/embedding';
import { integers, normal, testParity, type Case } from './parity';

const embeddingCase = (B: number, T: number, V: number, D: number): Case => ({
  name: `ids (${B}, ${T}) of table (${V}, ${D})`,
  inputs: { table: normal(1, [V, D]), ids: integers(2, [B, T], V) },
  compute: ({ table, ids }) => embedding(table as tf.Tensor2D, ids as tf.Tensor2D),
  gradients: ['table'],
});

testParity('embedding', [
  embeddingCase(2, 5, 7, 8),
  embeddingCase(1, 1, 3, 5),
  embeddingCase(3, 50, 4, 70), // each row of the table many times, columns beyond one workgroup
  embeddingCase(2, 3, 100, 1),
]);
