import { describe, expect, it } from 'vitest'
import { type SupernetResult, supernetJob, supernetNetworks } from '../../src/codesign/supernet-index.js'
import { splitTraining } from '../../src/data/index.js'
import { acceleratorAt } from '../../src/hardware/index.js'
import { toEnd } from '../runs/to-end.js'
import { bars, config, weights } from './bars-supernet.js'

describe('a co-design on a supernet', async () => {
  const dataset = await bars()
  const job = () => supernetJob(config, { weights, dataset }, 1)
  const plain = ({ methods: [joint], retrained }: SupernetResult) => ({
    members: joint!.members,
    asked: joint!.asked,
    retrained: [...retrained],
  })

  it('tunes, searches and trains, and goes on from a snapshot to the same bits', async () => {
    const whole = job()
    let state = await whole.init()
    const labels: string[] = []
    while (!whole.done(state)) {
      const { label } = whole.progress(state)
      if (label !== labels.at(-1)) labels.push(label)
      state = (await whole.step(state)).state
    }
    const result = await whole.result(state)
    whole.dispose?.(state)
    expect(labels).toEqual([
      'tune for float32 (1 of 2)',
      'tune for lightnn-1 (2 of 2)',
      'co-design',
      expect.stringMatching(/\(1 of 2\)$/),
      expect.stringMatching(/\(2 of 2\)$/),
    ])
    const [joint] = result.methods
    // 20 networks in two schemes.
    expect(joint!.asked).toBeLessThanOrEqual(Math.min(40, joint!.evaluated))
    expect(result.retrained.size).toBe(2)
    for (const [place, { network, heldOut, test }] of result.retrained) {
      const { peType } = acceleratorAt(config.accelerators, joint!.members[place]!.design.accelerator)
      expect(network.layers.some(({ type }) => type === 'quantize')).toBe(peType !== 'fp32')
      for (const share of [heldOut, test]) expect(share).toBeGreaterThan(0)
    }

    let resumed = job()
    let at = await resumed.init()
    for (let steps = 0; !resumed.done(at); steps++) {
      at = (await resumed.step(at)).state
      if (steps % 4 !== 1) continue
      const { json, tensors } = resumed.pack(at)
      resumed.dispose?.(at)
      resumed = job()
      at = await resumed.unpack({ json: JSON.parse(JSON.stringify(json)), tensors })
    }
    const again = await resumed.result(at)
    resumed.dispose?.(at)
    expect(plain(again)).toEqual(plain(result))
  }, 60_000)

  it('judges its front again on all held-out images, where the search saw fewer of them', async () => {
    const { retrain: _, ...searched } = config
    const { tune: __, ...source } = config.accuracy
    const few = { ...searched, accuracy: { ...source, images: 10 } }
    const { result } = await toEnd<unknown, SupernetResult>(() => supernetJob(few, { weights, dataset }, 1))
    const { methods, judgedAgain } = result
    const { space } = config.family
    const all = supernetNetworks({
      ...{ space, dataset, weights: () => weights },
      source: { ...source, images: splitTraining(dataset.train, source).heldOut.length },
    })
    const schemes = { fp32: 'float32', 'lightpe-1': 'lightnn-1' } as Record<string, 'float32' | 'lightnn-1'>
    expect(judgedAgain).toEqual(
      methods[0]!.members.map(({ design: { architecture, accelerator } }) => {
        const { peType } = acceleratorAt(config.accelerators, accelerator)
        return all.accuracy({ architecture, scheme: schemes[peType]! })
      }),
    )
    expect(methods[0]!.members.map(({ figures }) => 1 - figures.error)).not.toEqual(judgedAgain)
  }, 60_000)

  it('refuses images that do not fill a batch before anything is done', () => {
    const large = {
      ...config,
      accuracy: { ...config.accuracy, tune: { ...config.accuracy.tune!, batchSize: 1000 } },
    }
    expect(() => supernetJob(large, { weights, dataset }, 1)).toThrow(/do not fill one batch of 1000/)
    const { tune: _, ...accuracy } = config.accuracy
    const training = { ...config, accuracy, retrain: { ...config.retrain!, training: { batchSize: 1000 } } }
    expect(() => supernetJob(training, { weights, dataset }, 1)).toThrow(/do not fill one batch of 1000/)
  })
})
