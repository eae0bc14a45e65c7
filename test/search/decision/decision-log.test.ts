import { describe, expect, it } from 'vitest'
import { createOptimizer, disposeOptimizer, eager, tf } from '../../../src/engine/index.js'
import {
  changesBetween,
  decisionsOf,
  isSampled,
  listed,
  sampleOf,
} from '../../../src/search/decision/decision-log.js'
import { searchStep, takeSearchStep } from '../../../src/search/supernet/search-step.js'
import { marginsOf, singlePathSearched } from '../../../src/search/supernet/single-path.js'
import {
  createSupernet,
  disposeSupernet,
  readThresholds,
  thresholdVariables,
} from '../../../src/search/supernet/supernet.js'
import { SMALL } from '../small-search.js'
import { smallSpace, variedSpace } from '../space/small-space.js'

describe('what a search decides', () => {
  it('is every kernel but the smallest, every expansion but the narrowest, and what may be left out', () => {
    const names = decisionsOf(smallSpace).map(({ block, part }) => `${block} ${part}`)
    expect(names).toEqual(['b01 5x5', 'b01 e6', 'b02 5x5', 'b02 block', 'b02 e6', 'b03 e4'])
  })

  it('is listed in one order, from plain numbers and by a step', () => {
    const supernet = createSupernet(variedSpace, 1)
    const [weights, thresholds] = [
      createOptimizer(supernet.model.trainable, { kind: 'momentum' }),
      createOptimizer(thresholdVariables(supernet), { kind: 'adam' }),
    ]
    // A number of its own for every threshold.
    tf.tidy(() => {
      let drawn = 0
      for (const variable of thresholdVariables(supernet))
        variable.assign(
          tf.tensor(
            Array.from({ length: variable.shape[0]! }, () => (drawn += 0.015625)),
            [...variable.shape],
          ),
        )
    })
    const before = {
      margins: listed(variedSpace, marginsOf(supernet, SMALL.search.temperature)),
      thresholds: listed(variedSpace, readThresholds(supernet)),
    }
    expect(before.margins).toHaveLength(decisionsOf(variedSpace).length)
    const { search: plan } = SMALL
    const searched = singlePathSearched(supernet, { ...plan, prices: [] })
    const program = eager(searchStep(searched, { weights, thresholds }, plan))
    const images = Float32Array.from({ length: 4 * 8 * 8 * 3 }, (_, i) => Math.sin(i))
    const batch = { images, labels: Int32Array.of(0, 1, 2, 3), count: 4 }
    const position = { learningRate: 0.1, thresholdRate: 0.5, lambdas: [], keepProbability: 0.6, share: 0 }
    const step = takeSearchStep(program, searched, batch, { ...position, seed: 1, step: 0 })
    expect(step.margins).toEqual(before.margins)
    expect(step.thresholds).toEqual(before.thresholds)
    // Every norm is its own reference at the start.
    for (const norm of sampleOf(0, step).norms) expect(norm).toBeCloseTo(1, 5)
    expect(listed(variedSpace, readThresholds(supernet))).not.toEqual(before.thresholds)
    disposeSupernet(supernet)
    for (const optimizer of [weights, thresholds]) disposeOptimizer(optimizer)
  })
})

describe('the record of decisions', () => {
  it('has a change where a margin changes its sign; 0 is open', () => {
    expect(changesBetween([0.5, -0.1, 0, -1], [-0.2, 0, 0.1, -2], 7)).toEqual([
      { step: 7, decision: 0, open: false },
      { step: 7, decision: 1, open: true },
    ])
  })

  it.each([7, 10, 31, 320])('has ten samples in an epoch of %i steps, or all', steps => {
    const taken = Array.from({ length: 2 * steps }, (_, step) => step).filter(step => isSampled(step, steps))
    expect(taken).toHaveLength(2 * Math.min(10, steps))
    expect(taken).toContain(steps)
  })
})
