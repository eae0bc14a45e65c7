import { describe, expect, it } from 'vitest'
import { execute, gradients, type Tensor, tf } from '../../src/engine/index.js'
import { graph } from '../../src/network/index.js'
import { withRandomWeights } from './onnx-runtime.js'
import { drawOf, normal, uniform } from './values.js'

describe('gradients', () => {
  it('of an input that the loss does not read are zeros', () => {
    const [read, unread] = [normal([3]), normal([2, 2])]
    const { value, gradients: found } = gradients(() => tf.sum(tf.square(read)), [read, unread])
    expect(value.dataSync()[0]).toBeCloseTo(tf.norm(read).dataSync()[0]! ** 2, 5)
    expect([...found[1]!.dataSync()]).toEqual([0, 0, 0, 0])
    expect(found[1]!.shape).toEqual([2, 2])
  })

  it('reach the image and every trained weight of a network, as finite differences show', () => {
    const net = graph('smooth', [6, 6, 3])
    const map = net.batchNorm(net.conv(net.input, { filters: 4, bias: true }))
    const gate = net.activation(net.dense(net.globalAveragePool(map), { units: 4 }), { function: 'sigmoid' })
    const product = net.multiply([net.activation(map, { function: 'silu' }), gate])
    const depthwise = net.conv(product, { filters: 4, groups: 4, strides: 2 })
    const vector = net.batchNorm(net.flatten(net.concat([depthwise, net.pool(map, { function: 'average' })])))
    net.dense(vector, { units: 5 })
    const network = withRandomWeights(net.finish())

    const names = Object.keys(network.weights)
    const inputs: Tensor[] = [
      normal([4, 6, 6, 3]),
      ...names.map(name => tf.tensor(network.weights[name]!.data, [...network.weights[name]!.shape])),
    ]
    const loss = (at: Tensor[]) => {
      const weight = (name: string) => at[names.indexOf(name) + 1]!
      const y = execute(network, at[0]!, {
        weight,
        training: { ...drawOf({ seed: 1, step: 0 }), update: () => {} },
      })
      return tf.sum(tf.mul(y, normal(y.shape, 9)))
    }
    const { gradients: found } = gradients(() => loss(inputs), inputs)
    for (const [i, gradient] of found.entries()) {
      if (i > 0 && /\/(mean|variance)$/.test(names[i - 1]!)) {
        expect(gradient.dataSync().every(value => value === 0)).toBe(true)
        continue
      }
      const direction = uniform(gradient.shape, -1, 1, i)
      const moved = (step: number) => inputs.with(i, tf.add(inputs[i]!, tf.mul(direction, step)))
      const at = (step: number) => loss(moved(step)).dataSync()[0]!
      const numeric = (at(5e-3) - at(-5e-3)) / 1e-2
      const analytic = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!
      const norm = tf.norm(gradient).dataSync()[0]!
      // Float32: the loss, near 10, is known to about 1e-6 of itself, its difference quotient to 2e-3.
      expect(Math.abs(numeric - analytic), names[i - 1] ?? 'image').toBeLessThan(5e-3 * norm + 5e-3)
    }
  })
})
