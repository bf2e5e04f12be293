/** The WebGPU rung: asking for a device, and hearing of its errors. */

/** A device with what the engine needs to know of it. */
export interface GpuDevice {
  device: GPUDevice;
  info: GPUAdapterInfo;
  /** For the person: vendor, architecture, description. */
  name: string;
  /** Give the device back without an alarm. */
  release(): void;
}

/** Limits that are worth more than the guaranteed minimum, taken as high as the adapter goes. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
  'maxStorageBuffersPerShaderStage',
] as const;

/**
 * Ask for a device.
 * @param forced accept a software adapter, which is far slower than WASM on the same processor.
 * @throws Error, with a sentence, where there is no device to be had.
 */
export async function requestDevice(
  gpu: GPU | null,
  forced: boolean,
  onProblem: (sentence: string, fatal: boolean) => void,
): Promise<GpuDevice> {
  if (!gpu) throw new Error('WebGPU is not offered here.');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('WebGPU is offered, but no graphics adapter for it was found.');
  const { info } = adapter;
  const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ');
  if (!forced && (info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(name)))
    throw new Error(`WebGPU is emulated in software here (${name}), slower than WebAssembly.`);
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({ requiredLimits });

  let released = false;
  device.addEventListener('uncapturederror', (event) => {
    const { error } = event as GPUUncapturedErrorEvent;
    onProblem(`The graphics device reported an error: ${error.message}`, false);
  });
  void device.lost.then(({ message, reason }) => {
    if (released) return;
    const why = message || reason || 'no reason was given';
    onProblem(`The graphics device was lost (${why}). What was saved last is safe; start again from there.`, true); // prettier-ignore
  });
  const release = () => {
    released = true;
    device.destroy();
  };
  return { device, info, name: name || 'unnamed adapter', release };
}
