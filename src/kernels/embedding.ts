/** The embedding: one row of a table for each token. */
import * as tf from '@tensorflow/tfjs-core';
import type { Hidden, Matrix, TokenIds } from '../shapes';

/** The same in stock operations. */
export function referenceEmbedding(table: Matrix, ids: TokenIds): Hidden {
  return tf.gather(table, ids) as tf.Tensor as Hidden;
}

/** Rows of table (V, D) at ids (B, T), int32: (B, T, D). */
export function embedding(table: Matrix, ids: TokenIds): Hidden {
  return referenceEmbedding(table, ids);
}
