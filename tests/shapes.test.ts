import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertShape, exactDivide, ShapeError } from '../src/shapes';

/** A tensor of a shape that holds nothing: no backend is needed to have one. */
const shaped = (shape: number[]): tf.Tensor => ({ shape, rank: shape.length }) as tf.Tensor;

describe('assertShape', () => {
  test('takes the same sizes, and any size for null', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.infiniteStream(fc.boolean()), (shape, open) => {
        const wanted = shape.map((size) => (open.next().value ? null : size));
        expect(() => assertShape('x', shaped(shape), wanted)).not.toThrow();
      }),
    );
  });

  test('refuses another size or rank with a sentence that names both', () => {
    expect(() => assertShape('the mask', shaped([2, 3]), [2, 4])).toThrow(
      new ShapeError('the mask', [2, 4], [2, 3]),
    );
    expect(() => assertShape('the mask', shaped([2, 3]), [null, 4])).toThrow(
      'the mask has shape (2, 3) where (?, 4) was wanted.',
    );
    expect(() => assertShape('the mask', shaped([2]), [2, null])).toThrow(ShapeError);
    expect(() => assertShape('the mask', shaped([2, 3, 1]), [2, 3])).toThrow(ShapeError);
    expect(() => assertShape('a scalar', shaped([1]), [])).toThrow(ShapeError);
  });
});

describe('exactDivide', () => {
  test('gives the factor back', () => {
    const sizes = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        expect(exactDivide(a * b, b, 'x')).toBe(a);
      }),
    );
  });

  test('refuses a rest, and a division by zero', () => {
    expect(() => exactDivide(10, 4, 'heads')).toThrow('heads: 10 cannot be divided evenly by 4.');
    expect(() => exactDivide(10, 0, 'heads')).toThrow('heads: 10 cannot be divided evenly by 0.');
  });
});
