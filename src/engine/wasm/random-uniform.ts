import { random } from '../../random.js'
import { tf } from '../tensorflow.js'
import type { WasmOperations } from './operation.js'

/** Values of float32 in [0, 1): multiples of 2⁻²⁴, none of which rounds to 1. */
const RESOLUTION = 2 ** 24

export const randoms: WasmOperations = {
  /** Inputs a shape and two int32 that name the draw. Other bits than TensorFlow's. */
  StatelessRandomUniform: (_, [shape, key]) => {
    const [seed, step] = key!.dataSync()
    const { uniform } = random(seed!, 'stateless uniform', step!)
    const size = [...shape!.dataSync()]
    const values = new Float32Array(size.reduce((a, b) => a * b, 1))
    for (let i = 0; i < values.length; i++) values[i] = Math.floor(uniform() * RESOLUTION) / RESOLUTION
    return [tf.tensor(values, size)]
  },
}
