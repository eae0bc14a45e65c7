import { CostError } from '../errors.js'

/**
 * Output of an ONNX network in onnxruntime for a batch. images: [n, h, w, c] row-major, handed over as NCHW;
 * result: [n × classes], row-major. Throws CostError when onnxruntime refuses the network.
 */
export async function runOnnx(
  onnx: Uint8Array,
  images: Float32Array,
  [n, h, w, c]: readonly number[],
): Promise<Float32Array> {
  const runtime = await import('onnxruntime-node')
  const session = await runtime.InferenceSession.create(onnx, { logSeverityLevel: 3 }).catch(error => {
    throw new CostError(`onnxruntime refuses the network: ${error.message}`)
  })
  const [batch, height, width, channels] = [n!, h!, w!, c!]
  const planar = new Float32Array(images.length)
  const area = height * width
  for (let i = 0; i < batch; i++) {
    for (let pixel = 0; pixel < area; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        planar[(i * channels + channel) * area + pixel] = images[(i * area + pixel) * channels + channel]!
      }
    }
  }
  const feeds = {
    [session.inputNames[0]!]: new runtime.Tensor('float32', planar, [batch, channels, height, width]),
  }
  const outputs = await session.run(feeds)
  const result = Float32Array.from(outputs[session.outputNames[0]!]!.data as Float32Array)
  await session.release()
  return result
}
