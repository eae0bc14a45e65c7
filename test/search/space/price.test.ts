import { describe, expect, it } from 'vitest'
import {
  type Constraint,
  type DeviceTable,
  parseConstraint,
  readTable,
  tableCostModel,
} from '../../../src/cost/index.js'
import { CostError, InfeasibleError } from '../../../src/errors.js'
import { count } from '../../../src/network/index.js'
import { random } from '../../../src/random.js'
import { decode } from '../../../src/search/space/decode.js'
import { cheapest, exactPrice, pricesOf } from '../../../src/search/space/price.js'
import { readSpace, type Space } from '../../../src/search/space/space.js'
import {
  largest,
  randomArchitecture,
  smallest,
  uniform,
} from '../../../src/search/space/space-architectures.js'
import { PUBLISHED } from '../published-network.js'
import { variedSpace } from './small-space.js'

const imagenet = readSpace('imagenet-single-path')
const tiny = readSpace('cifar10-tiny')
const pixel1 = readTable('pixel1')

const price = async (space: Space, text: string, table?: DeviceTable) =>
  (await pricesOf(space, [parseConstraint(text)], { table }))[0]!
const refusal = (space: Space, text: string, table?: DeviceTable): Promise<Error> =>
  price(space, text, table).then(
    () => {
      throw new Error('accepted')
    },
    (error: Error) => error,
  )

describe('prices of a space', () => {
  it.each(['macs', 'params'] as const)('in %s are those of counting the network', async metric => {
    for (const space of [imagenet, tiny, variedSpace]) {
      const counted = await price(space, `${metric}<=100G`)
      for (let seed = 0; seed < 12; seed++) {
        const architecture = randomArchitecture(space, random(seed, 'count'))
        const network = decode(space, architecture)
        expect(exactPrice(counted, space, architecture)).toBe(count(network)[metric])
      }
    }
  })

  it('in ms are those of the device table', async () => {
    const priced = await price(imagenet, 'latency<=80ms', pixel1)
    expect(priced).toMatchObject({ metric: 'latency', bound: 80, fixed: 19.5999 })
    expect(exactPrice(priced, imagenet, PUBLISHED)).toBeCloseTo(80.441, 3)
    expect(exactPrice(priced, imagenet, uniform(imagenet, '3x3-e3'))).toBeCloseTo(65.691, 3)
    for (let seed = 0; seed < 5; seed++) {
      const architecture = randomArchitecture(imagenet, random(seed, 'latency'))
      const { latencyMs } = await tableCostModel(pixel1).estimate(decode(imagenet, architecture))
      expect(exactPrice(priced, imagenet, architecture)).toBe(latencyMs)
    }
  })

  it('of percent bounds are relative to the largest network', async () => {
    const { macs } = count(decode(tiny, largest(tiny)))
    expect((await price(tiny, 'macs<=50%')).bound).toBe(macs / 2)
    const priced = await price(imagenet, 'latency<=60%', pixel1)
    expect(priced.bound).toBeCloseTo(0.6 * exactPrice(priced, imagenet, largest(imagenet)), 9)
  })

  it('come one for each constraint, in their order', async () => {
    const constraints: Constraint[] = ['params<=1M', 'macs<=50%', 'params<=80%'].map(parseConstraint)
    expect((await pricesOf(tiny, constraints)).map(({ metric }) => metric)).toEqual([
      'params',
      'macs',
      'params',
    ])
    expect(await pricesOf(tiny, [])).toEqual([])
  })

  it('have a cheapest network: the smallest one, by counting', async () => {
    for (const space of [imagenet, tiny, variedSpace]) {
      expect(cheapest(space, await price(space, 'macs<=100G'))).toEqual(smallest(space))
    }
  })
})

describe('a bound', () => {
  it('below the smallest reachable value is refused with that value', async () => {
    const { macs } = count(decode(tiny, smallest(tiny)))
    const error = await refusal(tiny, 'macs<=1M')
    expect(error).toBeInstanceOf(InfeasibleError)
    expect(error.message).toContain('the smallest reachable macs of space cifar10-tiny is')
    expect(error.message).toContain(`${macs.toPrecision(4)}, above ${(1e6).toPrecision(4)}`)
    expect((await price(tiny, `macs<=${macs}`)).bound).toBe(macs)
    expect(await refusal(tiny, `macs<=${macs - 1}`)).toBeInstanceOf(InfeasibleError)
    expect((await refusal(imagenet, 'latency<=10ms', pixel1)).message).toMatch(
      /"latency<=10ms": the smallest reachable latency .* is 30\.63, above 10\.00/,
    )
  })

  it('on what nothing here prices is refused', async () => {
    expect(await refusal(tiny, 'energy<=1mJ')).toBeInstanceOf(CostError)
    expect((await refusal(imagenet, 'area<=3mm2', pixel1)).message).toContain('nothing here gives the area')
  })

  it('on latency needs a table, of this space and with all of its choices', async () => {
    const missing = await refusal(tiny, 'latency<=4ms')
    expect(missing).toBeInstanceOf(CostError)
    expect(missing.message).toContain('name what it is measured on with --on')
    expect((await refusal(tiny, 'latency<=4ms', pixel1)).message).toContain(
      'is for space imagenet-single-path, not for cifar10-tiny',
    )
    const { '5x5-e6': _, ...b07 } = pixel1.blocks['b07']!
    const holed = { ...pixel1, blocks: { ...pixel1.blocks, b07 } }
    expect((await refusal(imagenet, 'latency<=80ms', holed)).message).toContain('no price for b07/5x5-e6')
  })
})
