import { afterAll, describe, expect, it } from 'vitest'
import { networkOf, tf } from '../../../src/engine/index.js'
import { initialize } from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { decode } from '../../../src/search/space/decode.js'
import { readSpace } from '../../../src/search/space/space.js'
import { largest, randomArchitecture } from '../../../src/search/space/space-architectures.js'
import {
  createSupernet,
  disposeSupernet,
  packSupernet,
  thresholdVariables,
} from '../../../src/search/supernet/supernet.js'
import { largestDifference, normal } from '../../engine/values.js'
import { smallSpace } from '../space/small-space.js'
import { cutLogits, decodedLogits, trained } from './cut-supernet.js'

describe('a candidate cut from the supernet', () => {
  const spaces = [smallSpace, readSpace('cifar10-tiny')]
  const supernets = spaces.map(space => createSupernet(space, 3))
  afterAll(() => supernets.forEach(disposeSupernet))

  it.each(spaces.map((space, i) => [space.name, i] as const))(
    'computes what the decoded network computes with the same weights (%s)',
    (_, i) => {
      const space = spaces[i]!
      const x = normal([4, ...space.input])
      for (let seed = 0; seed < 6; seed++) {
        const weights = trained(space, seed)
        const architecture = randomArchitecture(space, random(seed, 'cut'))
        const ours = cutLogits(supernets[i]!, weights, architecture, x)
        expect(largestDifference(ours, decodedLogits(space, weights, architecture, x))).toBeLessThan(1e-4)
        const other = cutLogits(supernets[i]!, weights, largest(space), x)
        if (architecture.join() !== largest(space).join())
          expect(largestDifference(ours, other)).toBeGreaterThan(1e-3)
      }
    },
  )
})

describe('a supernet', () => {
  it('starts as the initialized largest network, thresholds 0', () => {
    const supernet = createSupernet(smallSpace, 5)
    const { weights } = initialize(decode(smallSpace, largest(smallSpace)), 5)
    expect(networkOf(supernet.model).weights).toEqual(weights)
    for (const variable of thresholdVariables(supernet)) {
      expect(
        variable
          .read()
          .dataSync()
          .every(value => value === 0),
      ).toBe(true)
    }
    disposeSupernet(supernet)
  })

  it('packed and unpacked is the same, with the norms it started from', () => {
    const supernet = createSupernet(smallSpace, 5)
    supernet.thresholds[0]!.expansion.assign(tf.tensor1d([0.5, -0.25]))
    supernet.model.variables.get('b01/depthwise/kernel')!.assign(normal([5, 5, 1, 24]))
    const tensors = packSupernet(supernet)
    const again = createSupernet(smallSpace, 5, tensors)
    expect(packSupernet(again)).toEqual(tensors)
    expect(again.references).toEqual(supernet.references)
    for (const each of [supernet, again]) disposeSupernet(each)
  })

  it('disposed leaves nothing behind', () => {
    const before = tf.memory().numTensors
    disposeSupernet(createSupernet(smallSpace, 5))
    expect(tf.memory().numTensors).toBe(before)
  })
})
