import { describe, expect, it } from 'vitest'
import {
  createModel,
  createVariable,
  disposeModel,
  networkOf,
  readVariables,
  tf,
  type Variable,
} from '../../src/engine/index.js'
import { initialize, resnet } from '../../src/network/index.js'
import { heldInTensorFlow } from './held-in-tensorflow.js'

describe('a variable', () => {
  it('holds its value until another is assigned', () => {
    tf.tidy(() => {
      const variable = createVariable('w', [2, 2], Float32Array.of(1, 2, 3, 4))
      const first = variable.read()
      variable.assign(tf.tensor2d([5, 6, 7, 8], [2, 2]))
      expect([...first.dataSync()]).toEqual([1, 2, 3, 4])
      expect([...variable.read().dataSync()]).toEqual([5, 6, 7, 8])
      expect(variable.read().shape).toEqual([2, 2])
      variable.dispose()
    })
  })

  it('is its own, whatever it is named', () => {
    tf.tidy(() => {
      const [a, b] = [1, 2].map(value => createVariable('same', [1], Float32Array.of(value)))
      expect([a!, b!].map(variable => variable.read().dataSync()[0])).toEqual([1, 2])
      a!.dispose()
      expect(b!.read().dataSync()[0]).toBe(2)
      b!.dispose()
    })
  })

  it('outlives the scope that made it', () => {
    let variable: Variable | undefined
    tf.tidy(() => {
      variable = createVariable('w', [1], Float32Array.of(3))
    })
    const value = variable!.read()
    expect(value.dataSync()[0]).toBe(3)
    value.dispose()
    variable!.dispose()
  })

  it('gives its memory back', () => {
    const data = new Float32Array(1 << 20)
    const use = () => createVariable('large', [1 << 20], data).dispose()
    use()
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    const resident = process.memoryUsage.rss()
    for (let i = 0; i < 100; i++) use()
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
    // 100 variables of 4 MB; a tenth of them would be a leak.
    expect(process.memoryUsage.rss() - resident).toBeLessThan(40e6)
  })
})

describe('a model', () => {
  const network = initialize(resnet({ depth: 20 }), 5)

  it('gives back the weights it was made of', () => {
    const model = createModel(network)
    expect(networkOf(model)).toEqual(network)
    expect(Object.keys(readVariables(model.trainable))).toEqual(
      Object.keys(network.weights).filter(name => !/\/(mean|variance)$/.test(name)),
    )
    disposeModel(model)
  })

  it('gives its memory back', () => {
    const use = () => {
      const model = createModel(network)
      networkOf(model)
      disposeModel(model)
    }
    use()
    const before = [tf.memory().numTensors, heldInTensorFlow()]
    use()
    expect([tf.memory().numTensors, heldInTensorFlow()]).toEqual(before)
  })
})
