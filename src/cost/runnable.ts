import { createNetwork, type Network, type Weight, weightSpecs, writeOnnx } from '../network/index.js'
import { random } from '../random.js'

const NOISE_LENGTH = 4099
let noise: Float32Array | undefined

/**
 * The network as ONNX bytes that can be timed. Where it has no weights it gets repeated noise of a sensible scale,
 * std √(1 / fan-in): the time does not depend on the values as long as none of them is denormal or infinite.
 */
export const runnable = (network: Network): Uint8Array =>
  writeOnnx(Object.keys(network.weights).length > 0 ? network : withNoise(network))

function withNoise(network: Network): Network {
  const weights = weightSpecs(network).map(({ name, shape, kind }): [string, Weight] => {
    const length = shape.reduce((a, b) => a * b, 1)
    const data = new Float32Array(length)
    if (kind === 'gamma' || kind === 'variance' || kind === 'step') data.fill(1)
    if (kind === 'kernel') fillNoise(data, Math.sqrt(shape.at(-1)! / length))
    return [name, { shape, data }]
  })
  return createNetwork({ ...network, weights: Object.fromEntries(weights) })
}

function fillNoise(data: Float32Array, scale: number): void {
  const stream = random(0, 'runnable')
  noise ??= Float32Array.from({ length: NOISE_LENGTH }, () => stream.normal())
  for (let i = 0; i < data.length; i++) data[i] = scale * noise[i % NOISE_LENGTH]!
}
