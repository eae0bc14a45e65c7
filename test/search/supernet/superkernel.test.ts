import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Tensor, tf } from '../../../src/engine/index.js'
import type { Block } from '../../../src/search/space/space.js'
import { type Gated, gate, partNorms, superkernel } from '../../../src/search/supernet/superkernel.js'
import { largestDifference } from '../../engine/values.js'
import { variedSpace } from '../space/small-space.js'
import { type Decide, type Decisions, normals, plainGate, step } from './plain-gate.js'

const blockOf = (parts: Partial<Block>): Block => ({
  ...variedSpace.blocks[1]!,
  inFilters: 2,
  kernels: [3, 5],
  expansions: [3, 6],
  canSqueeze: false,
  ...parts,
})
const ascending = (values: fc.Arbitrary<number>) =>
  fc.uniqueArray(values, { minLength: 1, maxLength: 4 }).map(list => list.sort((a, b) => a - b))
const blocks = fc
  .record({
    kernels: ascending(fc.constantFrom(1, 3, 5, 7, 9)),
    expansions: ascending(fc.constantFrom(1, 2, 2.5, 3.3, 4, 6)),
    inFilters: fc.integer({ min: 2, max: 7 }),
    canSkip: fc.boolean(),
  })
  .map(blockOf)

/** One value for each decision of a block. */
const each = (block: Block, value: (at: number) => number): Decisions => ({
  kernel: block.kernels.slice(1).map((_, i) => value(i)),
  expansion: block.expansions.map((_, j) => value(block.kernels.length - 1 + j)),
})

/** A random kernel of a block, with the norms of its parts. */
function example(block: Block, seed = 1) {
  const parts = superkernel(block)
  const { size, channels } = parts
  const weights = normals(size ** 2 * channels, seed, 'kernel')
  const reference = partNorms(parts, Float32Array.from(weights))
  return { parts, weights, reference, shape: [size, size, 1, channels] }
}

/** w″: the kernel with the factors over channels. */
const wholly = ({ kernel, blockGate, channelGates }: Gated): Tensor =>
  tf.mul(kernel, tf.mul(channelGates, blockGate))

/** What `gate` makes of a block, as plain numbers. */
function gated(block: Block, thresholds: Decisions, keep?: Decisions) {
  const { parts, weights, reference, shape } = example(block)
  const tensors = ({ kernel, expansion }: Decisions) => ({
    kernel: tf.tensor1d([...kernel]),
    expansion: tf.tensor1d([...expansion]),
  })
  // −0 is 0.
  const numbers = (tensor: Tensor) => [...tensor.dataSync()].map(value => value + 0)
  let result: ReturnType<typeof plainGate> | undefined
  tf.tidy(() => {
    const options = { reference, temperature: 0.25, ...(keep && { keep: tensors(keep) }) }
    const gated = gate(parts, tf.tensor(weights, shape), tensors(thresholds), options)
    const { kernelGates, expansionGates, margins } = gated
    result = {
      kernel: numbers(wholly(gated)),
      kernelGates: numbers(kernelGates),
      expansionGates: numbers(expansionGates),
      margins: { kernel: numbers(margins.kernel), expansion: numbers(margins.expansion) },
    }
  })
  return result!
}

describe('a superkernel', () => {
  it('has every pixel in one shell and every channel in one group, as many as the network has', () => {
    fc.assert(
      fc.property(blocks, block => {
        const { shells, groups, size, channels } = superkernel(block)
        const [kernels, expansions] = [block.kernels.length, block.expansions.length]
        expect(channels).toBe(Math.round(block.expansions.at(-1)! * block.inFilters))
        expect(shells).toHaveLength(kernels * size ** 2)
        expect(groups).toHaveLength(channels * expansions)
        for (let pixel = 0; pixel < size ** 2; pixel++) {
          const inShell = block.kernels.map((_, i) => shells[i * size ** 2 + pixel]!)
          expect(inShell.reduce((a, b) => a + b)).toBe(1)
        }
        for (let c = 0; c < channels; c++) {
          expect(groups.slice(c * expansions, (c + 1) * expansions).reduce((a, b) => a + b)).toBe(1)
        }
        block.kernels.forEach((kernel, i) => {
          const pixels = shells.slice(0, (i + 1) * size ** 2).reduce((a, b) => a + b)
          expect(pixels).toBe(kernel ** 2)
        })
        block.expansions.forEach((expansion, j) => {
          const within = groups.filter((_, at) => at % expansions <= j).reduce((a, b) => a + b)
          expect(within).toBe(Math.round(expansion * block.inFilters))
        })
      }),
    )
  })

  it('starts with every decision open and nothing cut', () => {
    fc.assert(
      fc.property(blocks, block => {
        const { weights } = example(block)
        const { kernel, kernelGates, expansionGates, margins } = gated(
          block,
          each(block, () => 0),
        )
        expect(kernel).toEqual(weights)
        expect([...kernelGates, ...expansionGates].every(value => value === 1)).toBe(true)
        for (const margin of [...margins.kernel, ...margins.expansion]) expect(margin).toBeCloseTo(1, 5)
      }),
      { numRuns: 30 },
    )
  })

  it('is cut as the paper says, whatever the thresholds and the decision dropout', () => {
    const near = fc.double({ min: 0, max: 2, noNaN: true }).map(Math.fround)
    const kept = fc.constantFrom(0, Math.fround(1 / 0.6))
    const cases = blocks.chain(block => {
      const decisions = (value: fc.Arbitrary<number>) =>
        fc.array(value, { minLength: 8, maxLength: 8 }).map(list => each(block, at => list[at]!))
      return fc.record({
        block: fc.constant(block),
        thresholds: decisions(near),
        keep: fc.option(decisions(kept), { nil: undefined }),
      })
    })
    fc.assert(
      fc.property(cases, ({ block, thresholds, keep }) => {
        const { weights, reference } = example(block)
        const plain = plainGate(block, weights, thresholds, { reference, ...(keep && { keep }) })
        const margins = [...plain.margins.kernel, ...plain.margins.expansion]
        fc.pre(margins.every(margin => Math.abs(margin) > 1e-4))
        const ours = gated(block, thresholds, keep)
        expect(largestDifference(ours.kernel, plain.kernel)).toBeLessThan(1e-4)
        expect(largestDifference(ours.kernelGates, plain.kernelGates)).toBeLessThan(1e-4)
        expect(largestDifference(ours.expansionGates, plain.expansionGates)).toBeLessThan(1e-4)
        expect(largestDifference(ours.margins.kernel, plain.margins.kernel)).toBeLessThan(1e-4)
        expect(largestDifference(ours.margins.expansion, plain.margins.expansion)).toBeLessThan(1e-4)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a decision', () => {
  const SHUT = 100
  const block = blockOf({ canSkip: true })
  const { weights } = example(block)
  const CHANNELS = 12
  const cut = (thresholds: Decisions, parts = block) => gated(parts, thresholds).kernel
  const outside = (kernel: number, i: number) => {
    const [y, x] = [Math.floor(i / CHANNELS / 5), Math.floor(i / CHANNELS) % 5]
    return Math.max(Math.abs(y - 2), Math.abs(x - 2)) > (kernel - 1) / 2
  }

  it('against the shell leaves the 3×3 crop', () => {
    expect(cut({ kernel: [SHUT], expansion: [0, 0] })).toEqual(weights.map((w, i) => (outside(3, i) ? 0 : w)))
  })
  it('against the second half leaves expansion 3', () => {
    expect(cut({ kernel: [0], expansion: [0, SHUT] })).toEqual(
      weights.map((w, i) => (i % CHANNELS >= CHANNELS / 2 ? 0 : w)),
    )
  })
  it('against the first half leaves nothing: the block is skipped', () => {
    const nothing = gated(block, { kernel: [0], expansion: [SHUT, 0] })
    expect(nothing.kernel.every(w => w === 0)).toBe(true)
    expect(nothing.expansionGates).toEqual([0, 0])
  })
  it('against a block that may not be skipped is not heard', () => {
    const fixed = blockOf({ canSkip: false })
    expect(cut({ kernel: [0], expansion: [SHUT, 0] }, fixed)).toEqual(weights)
    const dropped = gated(fixed, { kernel: [0], expansion: [SHUT, 0] }, { kernel: [1], expansion: [0, 1] })
    expect(dropped.expansionGates).toEqual([1, 1])
  })
  it('against a middle kernel or expansion closes what is nested in it', () => {
    const nested = blockOf({ kernels: [3, 5, 7], expansions: [2, 4, 6], canSkip: true })
    const { kernelGates, expansionGates } = gated(nested, { kernel: [SHUT, 0], expansion: [0, SHUT, 0] })
    expect(kernelGates).toEqual([1, 0, 0])
    expect(expansionGates).toEqual([1, 0, 0])
  })
  it('is there only where there is a choice', () => {
    const single = blockOf({ kernels: [5], expansions: [3], canSkip: false })
    expect(gated(single, { kernel: [], expansion: [SHUT] })).toMatchObject({
      kernel: example(single).weights,
      kernelGates: [1],
      expansionGates: [1],
    })
    const skippable = blockOf({ kernels: [5], expansions: [3], canSkip: true })
    expect(gated(skippable, { kernel: [], expansion: [SHUT] }).expansionGates).toEqual([0])
  })
})

describe('the gradient of the gates', () => {
  const temperature = 0.25

  /**
   * The straight-through form as a smooth function: at the point itself every decision is its hard step, and from
   * there it moves as the sigmoid does. Its finite differences are the gradient that `gate` must have.
   */
  function straightThrough(): Decide {
    const start = new Map<string, { hard: number; soft: number }>()
    const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin / temperature))
    return (margin, at) => {
      const known = start.get(at) ?? { hard: step(margin, at), soft: sigmoid(margin) }
      start.set(at, known)
      return known.hard + sigmoid(margin) - known.soft
    }
  }

  const CASES: [string, Block][] = [
    ['two kernels and two expansions, skippable', blockOf({ canSkip: true })],
    ['two kernels and two expansions', blockOf({ canSkip: false })],
    ['three nested of each', blockOf({ kernels: [3, 5, 7], expansions: [2, 4, 6], canSkip: true })],
    ['one kernel', blockOf({ kernels: [3], canSkip: true })],
    ['one expansion', blockOf({ expansions: [2], canSkip: false })],
    ['one of each', blockOf({ kernels: [3], expansions: [2], canSkip: true })],
  ]
  // Thresholds around 1, where the norms start: some decisions open, some closed, all with a slope.
  const runs = CASES.flatMap(([name, block]) => [1, 2].map(seed => [name, seed, block] as const))

  it.each(runs)('with %s is that of the sigmoids (%i)', (_, seed, block) => {
    const { parts, weights, reference, shape } = example(block, seed)
    const decisions = block.kernels.length - 1 + block.expansions.length
    const start = normals(decisions, seed, 'thresholds').map(x => Math.fround(1 + 0.2 * x))
    const keep = seed === 2 ? each(block, at => (at === 1 ? 0 : Math.fround(1 / 0.6))) : undefined
    const push = {
      kernel: normals(weights.length, seed, 'push'),
      kernelGates: normals(4, seed, 'push kernel'),
      expansionGates: normals(4, seed, 'push expansion'),
    }
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0)

    const decide = straightThrough()
    const split = (values: readonly number[]): [number[], Decisions] => [
      values.slice(0, weights.length),
      each(block, at => values[weights.length + at]!),
    ]
    const loss = (values: readonly number[]) => {
      const [kernel, thresholds] = split(values)
      const plain = plainGate(block, kernel, thresholds, { reference, decide, ...(keep && { keep }) })
      return (
        dot(plain.kernel, push.kernel) +
        dot(plain.kernelGates, push.kernelGates) +
        dot(plain.expansionGates, push.expansionGates)
      )
    }
    const at = [...weights, ...start]
    const value = loss(at)
    const h = 1e-4
    const slope = (i: number) => (loss(at.with(i, at[i]! + h)) - loss(at.with(i, at[i]! - h))) / (2 * h)

    const tensors = ({ kernel, expansion }: Decisions) => ({
      kernel: tf.tensor1d([...kernel]),
      expansion: tf.tensor1d([...expansion]),
    })
    const options = { reference, temperature, ...(keep && { keep: tensors(keep) }) }
    const ours = (kernel: Tensor, thresholds: { kernel: Tensor; expansion: Tensor }) => {
      const gated = gate(parts, kernel, thresholds, options)
      const { kernelGates, expansionGates } = gated
      const pushed = (tensor: Tensor, by: readonly number[]) =>
        tf.sum(tf.mul(tf.reshape(tensor, [-1]), tf.tensor1d(by.slice(0, tensor.size))))
      return tf.addN([
        pushed(wholly(gated), push.kernel),
        pushed(kernelGates, push.kernelGates),
        pushed(expansionGates, push.expansionGates),
      ])
    }
    const [, thresholds] = split(at)
    const { kernel, expansion } = tensors(thresholds)
    const { value: total, grads } = tf.valueAndGrads((w, k, e) => ours(w!, { kernel: k!, expansion: e! }))([
      tf.tensor(weights, shape),
      kernel,
      expansion,
    ])
    const gradient = grads.flatMap(tensor => [...tensor.dataSync()])
    expect(total.dataSync()[0]).toBeCloseTo(value, 3)
    const picked = Array.from({ length: 24 }, (_, i) => Math.floor((i * weights.length) / 24))
    for (const i of [...picked, ...start.map((_, t) => weights.length + t)]) {
      const expected = slope(i)
      expect(Math.abs(gradient[i]! - expected)).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected)))
    }
  })
})
