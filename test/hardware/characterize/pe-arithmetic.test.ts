import { beforeAll, describe, expect, it } from 'vitest'
import { compileSimulation } from '../../../src/hardware/characterize/activity/compile-simulation.js'
import { createSimulator, type Simulator } from '../../../src/hardware/characterize/activity/simulator.js'
import type { Library } from '../../../src/hardware/characterize/liberty/library.js'
import { readLibrary } from '../../../src/hardware/characterize/liberty/read-library.js'
import { synthesize } from '../../../src/hardware/characterize/netlist/synthesize.js'
import { analyzeTiming } from '../../../src/hardware/characterize/timing/analyze-timing.js'
import { PE_TYPES, type PeDesign } from '../../../src/hardware/pe-design.js'
import { operandSource } from '../../../src/hardware/rtl/draw-data.js'
import { drivePass } from '../../../src/hardware/rtl/drive-pass.js'
import type { PassShape } from '../../../src/hardware/rtl/pass-shape.js'
import { random } from '../../../src/random.js'
import { drawPass, expectedPass } from './expected-pass.js'
import { design, hasLibrary, LIBRARY, needsLibrary } from './library.js'

/** Bit patterns at which float32 arithmetic goes wrong first. */
const SPECIAL = [
  0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0x00000001, 0x807fffff, 0x00800000,
  0x80800000, 0x00ffffff, 0x7f7fffff, 0xff7fffff, 0x3f800000, 0xbf800000, 0x3f7fffff, 0xbf800001, 0x34000000,
  0x1f800000, 0x20000001, 0x5f7fffff, 0x60000000,
]

describe.skipIf(!hasLibrary)(`a synthesized processing element${needsLibrary}`, () => {
  let library: Library
  beforeAll(() => {
    library = readLibrary(LIBRARY)
  })

  const made = new Map<string, Promise<Simulator>>()
  const simulator = (pe: PeDesign): Promise<Simulator> => {
    const key = JSON.stringify(pe)
    if (!made.has(key)) made.set(key, synthesized(pe))
    return made.get(key)!
  }
  const synthesized = async (pe: PeDesign): Promise<Simulator> => {
    const { netlist } = await synthesize(pe, library)
    const timing = analyzeTiming(netlist)
    return createSimulator(compileSimulation(netlist, timing), Math.round(timing.criticalPathNs * 500))
  }
  const passes = (pe: PeDesign, simulator: Simulator, shape: PassShape, count: number) => {
    for (let pass = 0; pass < count; pass++) {
      const data = drawPass(shape, operandSource(pe, random(pass, 'arithmetic', pe.type)), 12)
      expect(drivePass(simulator, pe, shape, data)).toEqual(expectedPass(pe, shape, data))
    }
  }

  it.each(PE_TYPES)('of type %s computes what the reference does, 3,000 random vectors', async type => {
    const pe = design(type)
    const gates = await simulator(pe)
    passes(pe, gates, { taps: 4, filters: 4 }, 12)
    // Single products, and one filter alone, whose psum never leaves the adder's register.
    passes(pe, gates, { taps: 1, filters: 4 }, 6)
    passes(pe, gates, { taps: 4, filters: 1 }, 6)
  })

  it('of FP32 agrees with the reference on zeros, subnormals, infinities, NaNs and ties', async () => {
    const pe = design('fp32')
    const gates = await simulator(pe)
    const stream = random(1, 'special')
    const near = () => {
      // Few significant bits and close exponents: exact ties and cancellation.
      const [sign, exponent] = [stream.integer(2), 100 + stream.integer(56)]
      return sign * 2 ** 31 + exponent * 2 ** 23 + (stream.integer(8) << 20) + stream.integer(4)
    }
    const pick = () => (stream.uniform() < 0.6 ? SPECIAL[stream.integer(SPECIAL.length)]! : near())
    const shape = { taps: 2, filters: 4 }
    for (let pass = 0; pass < 12; pass++) {
      const data = drawPass(shape, { activation: pick, weight: pick, psum: pick }, 12)
      expect(drivePass(gates, pe, shape, data)).toEqual(expectedPass(pe, shape, data))
    }
  })

  it('with its scratchpads inside computes the same', async () => {
    for (const pe of [
      design('int8', { scratchpads: 'inside' }),
      design('lightpe-1', { scratchpads: 'inside' }),
    ]) {
      const gates = await simulator(pe)
      passes(pe, gates, { taps: 4, filters: 4 }, 4)
      passes(pe, gates, { taps: 3, filters: 2 }, 4)
    }
  })

  it('drops the low bits of products that are wider than its psums', async () => {
    const pe = design('int16', { psumBits: 20 })
    passes(pe, await simulator(pe), { taps: 4, filters: 4 }, 4)
  })
})
