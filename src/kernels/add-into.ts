/** Adding one tensor to another where it lies, on WASM: for residual streams and their gradients. */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type WasmCall } from './kernel';

/** target ← target + source, both float32 of one size. */
export function addInto(
  { address, heap }: WasmCall,
  target: tf.TensorInfo,
  source: tf.TensorInfo,
): void {
  const size = sizeOf(target.shape);
  const numbers = heap();
  const [to, from] = [address(target) / 4, address(source) / 4];
  for (let i = 0; i < size; i++) numbers[to + i]! += numbers[from + i]!;
}
