import { describe, expect, test } from 'vitest'
import { execute, gradients, tf } from '../../src/engine/index.js'
import { NetworkError } from '../../src/errors.js'
import { DATA_TYPE, type TensorProto } from '../../src/network/formats/onnx/schema.js'
import { graph, initialize, type Network, readOnnx, writeOnnx } from '../../src/network/index.js'
import { channelsOf, prune } from '../../src/prune/plan-index.js'
import { floats, type TinyFile, tinyFile } from './onnx-file.js'

const STEP = 0.25

/** Signs, a convolution, and integers of 8 or 16 bits. */
function quantized(bits: number): Network {
  const net = graph('quantized', [4, 4, 2], 'image')
  const conv = net.conv(net.quantize(net.input, { name: 'signs', bits: 1 }), { name: 'conv', filters: 6 })
  const integers = net.quantize(net.activation(conv, { name: 'act' }), { name: 'integers', bits })
  net.dense(net.globalAveragePool(integers, { name: 'pool' }), { name: 'classifier', units: 3 })
  const network = initialize(net.finish(), 1)
  const weights = { ...network.weights, 'integers/step': { shape: [1], data: Float32Array.of(STEP) } }
  return { ...network, weights }
}

describe.each([8, 16])('a network that rounds to %i bits', bits => {
  test('is read back from its own file layer by layer', () => {
    const network = quantized(bits)
    const copy = readOnnx(writeOnnx(network))
    expect(copy.layers).toEqual(network.layers)
    expect(copy.weights).toEqual(network.weights)
  })

  test('keeps its step when channels are pruned', () => {
    const network = quantized(bits)
    const channels = channelsOf(network)
    const [dead] = channels.of.get('conv')!
    const pruned = prune(network, [dead!], channels)
    expect(pruned.weights['integers/step']).toEqual(network.weights['integers/step'])
    expect(pruned.weights['conv/kernel']!.shape).toEqual([3, 3, 2, 5])
  })
})

describe('rounding in the engine', () => {
  const forward = (bits: number, values: readonly number[]) => {
    const net = graph('one', [values.length])
    net.quantize(net.input, { name: 'q', bits })
    const x = tf.tensor2d([...values], [1, values.length])
    const {
      value,
      gradients: [gradient],
    } = gradients(() => {
      const y = execute(net.finish(), x, { weight: () => tf.tensor1d([STEP]) })
      return tf.sum(tf.mul(y, tf.tensor1d(values.map((_, i) => i + 1))))
    }, [x])
    const y = execute(net.finish(), x, { weight: () => tf.tensor1d([STEP]) })
    expect(Number.isFinite(value.dataSync()[0])).toBe(true)
    return { y: [...y.dataSync()], gradient: [...gradient!.dataSync()] }
  }

  test('takes halves to the even integer, and what is beyond to the outermost', () => {
    const { y, gradient } = forward(8, [0.12, 0.125, 0.375, -0.625, 31.75, 31.9, 40, -32, -40, 0])
    expect(y).toEqual([0, 0, 0.5, -0.5, 31.75, 31.75, 31.75, -32, -32, 0])
    expect(gradient).toEqual([1, 2, 3, 4, 5, 0, 0, 8, 0, 10])
  })

  test('of signs is 1 at 0, and its gradient passes between −1 and 1', () => {
    const { y, gradient } = forward(1, [-2, -1, -0.1, 0, 0.1, 1, 1.1])
    expect(y).toEqual([-1, -1, -1, 1, 1, 1, 1])
    expect(gradient).toEqual([0, 2, 3, 4, 5, 6, 0])
  })
})

describe('rounding in a file of somebody else', () => {
  const integer = (dataType: number, value: number): TensorProto => ({
    ...{ name: '', dims: [], dataType },
    rawData: Uint8Array.of(value),
  })
  const file = (zero: TensorProto, scale = [0.5], back = 's'): TinyFile => ({
    input: ['n', 3],
    nodes: [
      ['QuantizeLinear', ['x', 's', 'z'], 'q', {}, 'quantizer'],
      ['DequantizeLinear', ['q', back, 'z'], 'y', {}, 'dequantizer'],
    ],
    constants: { s: floats(scale.length === 1 ? [] : [scale.length], scale), t: floats([], [0.25]), z: zero },
  })

  test('is read where the integers are signed and symmetric', () => {
    const network = readOnnx(tinyFile(file(integer(DATA_TYPE.int8, 0))))
    expect(network.layers.map(({ type }) => type)).toEqual(['quantize'])
    expect(Object.values(network.weights)[0]!.data).toEqual(Float32Array.of(0.5))
  })

  test.each([
    [
      'of unsigned integers',
      file(integer(DATA_TYPE.uint8, 0)),
      /"quantizer" .* other integers than int8 or int16/,
    ],
    ['around another zero', file(integer(DATA_TYPE.int8, 3)), /"quantizer" .* a zero point other than 0/],
    ['by channel', file(integer(DATA_TYPE.int8, 0), [1, 2, 3]), /"quantizer" .* a step for each channel/],
    [
      'there by one step and back by another',
      file(integer(DATA_TYPE.int8, 0), [0.5], 't'),
      /"dequantizer" .* same scale/,
    ],
  ])('%s is refused, naming the node', (_, tiny, message) => {
    expect(() => readOnnx(tinyFile(tiny))).toThrow(NetworkError)
    expect(() => readOnnx(tinyFile(tiny))).toThrow(message)
  })
})
