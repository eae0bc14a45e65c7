import { afterAll, describe, expect, it } from 'vitest'
import type { Scheme } from '../../src/codesign/index.js'
import { takeTuneStep, tuneJob } from '../../src/codesign/supernet-index.js'
import {
  compile,
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  execute,
  readVariables,
  type Tensor,
  tf,
} from '../../src/engine/index.js'
import { prepare, roundByBatch, schemes } from '../../src/quantize/index.js'
import { inherit, largest, smallest } from '../../src/search/index.js'
import { oneShotSupernet } from '../../src/search/one-shot/one-shot-score.js'
import { cutPass, gatedPass, takeOneShotStep } from '../../src/search/one-shot/one-shot-step.js'
import { decode } from '../../src/search/space/decode.js'
import { normal } from '../engine/values.js'
import { bars, config, source, space, weights } from './bars-supernet.js'

const batch = {
  images: normal([20, ...space.input]).dataSync() as Float32Array,
  labels: Int32Array.from({ length: 20 }, (_, i) => i % space.classes),
  count: 20,
}
const position = { learningRate: 0.1, seed: 3, step: 4 }
const options = { random: 2, weightDecay: 0.01, labelSmoothing: 0.1 }
const rule = { kind: 'momentum', momentum: 0 } as const

function tunerOf(scheme: Scheme) {
  const model = createModel({ ...decode(space, largest(space)), weights })
  return { space, scheme, model, optimizer: createOptimizer(model.trainable, rule) }
}

describe('a tuning step', () => {
  it('in float32 is the step of one-shot training', () => {
    const tuner = tunerOf('float32')
    takeTuneStep(tuner, batch, position, options)
    const supernet = oneShotSupernet(space, weights)
    const trainer = {
      ...{ supernet, optimizer: createOptimizer(supernet.model.trainable, rule) },
      gated: compile(gatedPass(supernet, options)),
      small: compile(cutPass(supernet, smallest(space), options)),
    }
    takeOneShotStep(trainer, batch, position, { ...options, distillation: false })
    const [ours, theirs] = [tuner, supernet].map(({ model }) => readVariables(model.variables.values()))
    for (const [name, { data }] of Object.entries(theirs!))
      for (const [i, value] of data.entries())
        expect(Math.abs(ours![name]!.data[i]! - value), name).toBeLessThan(1e-4 * (1 + Math.abs(value)))
    trainer.gated.dispose()
    trainer.small.dispose()
    disposeModel(supernet.model)
    disposeModel(tuner.model)
    for (const { optimizer } of [tuner, trainer]) disposeOptimizer(optimizer)
  })

  it.each(['int8x4', 'lightnn-1'] as const)(
    'lowers the cross-entropy of networks in %s, and leaks nothing',
    scheme => {
      const tuner = tunerOf(scheme)
      const losses = Array.from({ length: 15 }, () =>
        takeTuneStep(tuner, batch, { ...position, learningRate: 0.05 }, options),
      )
      expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!)
      const { numTensors } = tf.memory()
      takeTuneStep(tuner, batch, position, options)
      expect(tf.memory().numTensors).toBe(numTensors)
      disposeModel(tuner.model)
      disposeOptimizer(tuner.optimizer)
    },
  )
})

describe('rounding by the batch in hand', () => {
  it.each(['int16', 'int8', 'lightnn-2'] as const)(
    'is that of a network of %s with steps which reach the largest values',
    scheme => {
      const network = inherit(weights, space, ['5x5-e3', '3x3-e6'])
      const prepared = prepare(network, schemes[scheme])
      tf.tidy(() => {
        const images = tf.tensor(batch.images, [batch.count, ...space.input]) as Tensor
        const plain = (name: string) =>
          tf.tensor(network.weights[name]!.data, [...network.weights[name]!.shape]) as Tensor
        const { weight, output } = roundByBatch(prepared, images, plain)
        const maps = new Map<string, Tensor>([[network.input.name, images]])
        const ours = execute(prepared.network, images, {
          weight,
          statistics: 'batch',
          output(layer, value) {
            maps.set(layer, value)
            return output(layer, value)
          },
        })
        const steps = new Map(
          prepared.quantizers.map(({ name, input, bits }) => {
            const step = weight(`${name}/step`).dataSync()[0]!
            const reach = (2 ** (bits - 1) - 1) * step
            const peak = tf.max(tf.abs(maps.get(input)!)).dataSync()[0]!
            expect(peak).toBeLessThanOrEqual(reach + step / 2)
            expect(peak).toBeGreaterThan(reach / 2.1)
            return [`${name}/step`, step]
          }),
        )
        const kernels = new Map(
          prepared.layers.map(layer => [
            `${layer}/kernel`,
            prepared.scheme.quantize(plain(`${layer}/kernel`)).value,
          ]),
        )
        const theirs = execute(prepared.network, images, {
          weight: name =>
            steps.has(name) ? tf.tensor1d([steps.get(name)!]) : (kernels.get(name) ?? plain(name)),
          statistics: 'batch',
        })
        expect(ours.dataSync()).toEqual(theirs.dataSync())
      })
    },
  )
})

describe('the tuning of a supernet', async () => {
  const dataset = await bars()
  const job = () =>
    tuneJob({
      ...{ space, scheme: 'lightnn-1', weights, dataset },
      source: { ...source, tune: { ...config.accuracy.tune!, steps: 5 } },
    })
  type State = Awaited<ReturnType<ReturnType<typeof job>['init']>>
  const open: ReturnType<typeof job>[] = []
  afterAll(async () => {
    for (const each of open) each.dispose?.({ step: 0, sum: 0 })
  })

  it('goes on from a snapshot to the same bits', async () => {
    const whole = job()
    open.push(whole)
    let state: State = await whole.init()
    while (!whole.done(state)) state = (await whole.step(state)).state
    const expected = await whole.result(state)
    let resumed: State | undefined
    for (let i = 0; i < 5; i++) {
      const each = job()
      open.push(each)
      const from: State = resumed ?? (await each.init())
      const { state } = await each.step(from)
      resumed = await job().unpack(each.pack(state))
    }
    expect(await job().result(resumed!)).toEqual(expected)
    expect(expected['b01/depthwise/kernel']!.data).not.toEqual(weights['b01/depthwise/kernel']!.data)
  })
})
