import { beforeAll, describe, expect, it } from 'vitest'
import {
  compileSimulation,
  type Simulation,
} from '../../../src/hardware/characterize/activity/compile-simulation.js'
import { createSimulator } from '../../../src/hardware/characterize/activity/simulator.js'
import { energyModel } from '../../../src/hardware/characterize/activity/switching-energy.js'
import { characterizePoint } from '../../../src/hardware/characterize/characterize-point.js'
import type { Library } from '../../../src/hardware/characterize/liberty/library.js'
import { readLibrary } from '../../../src/hardware/characterize/liberty/read-library.js'
import { synthesize } from '../../../src/hardware/characterize/netlist/synthesize.js'
import { writeDelayModel } from '../../../src/hardware/characterize/netlist/write-verilog.js'
import { analyzeTiming, type Timing } from '../../../src/hardware/characterize/timing/analyze-timing.js'
import type { PeDesign } from '../../../src/hardware/pe-design.js'
import { operandSource } from '../../../src/hardware/rtl/draw-data.js'
import { drivePass } from '../../../src/hardware/rtl/drive-pass.js'
import { fullPass } from '../../../src/hardware/rtl/pass-shape.js'
import { peParameters } from '../../../src/hardware/rtl/pe-parameters.js'
import { rtlFiles } from '../../../src/hardware/rtl/rtl-files.js'
import { random } from '../../../src/random.js'
import { drawPass, expectedPass } from './expected-pass.js'
import { simulateWithIverilog } from './iverilog.js'
import { design, hasLibrary, installed, LIBRARY, needsLibrary } from './library.js'

const hasIverilog = installed('iverilog', '-V')
const note = hasIverilog ? '' : ' (skipped: Icarus Verilog is not installed)'

/** A pass with every cycle's inputs written down, and what our simulator made of it. */
function recordedPass(pe: PeDesign, simulation: Simulation, from: number) {
  const simulator = createSimulator(simulation, 10_000)
  const held: Record<string, number> = {}
  const cycles: Record<string, number>[] = []
  const recorder = {
    read: simulator.read,
    cycle(inputs: Readonly<Record<string, number>> = {}) {
      if (cycles.length === from) simulator.clear()
      Object.assign(held, inputs)
      cycles.push({ ...held })
      simulator.cycle(inputs)
    },
  }
  const shape = fullPass(pe)
  const data = drawPass(shape, operandSource(pe, random(3, 'activity', pe.type)), 4)
  drivePass(recorder, pe, shape, data)
  return { cycles, counts: simulator.counts, expected: expectedPass(pe, shape, data).flat() }
}

describe.skipIf(!hasLibrary)(`switching activity${needsLibrary}`, () => {
  let library: Library
  const made = new Map<string, Promise<{ simulation: Simulation; timing: Timing }>>()
  beforeAll(() => {
    library = readLibrary(LIBRARY)
  })
  const compiled = (pe: PeDesign) => {
    const key = JSON.stringify(pe)
    if (!made.has(key))
      made.set(
        key,
        synthesize(pe, library).then(({ netlist }) => {
          const timing = analyzeTiming(netlist)
          return { simulation: compileSimulation(netlist, timing), timing }
        }),
      )
    return made.get(key)!
  }
  const inputsOf = ({ netlist }: Simulation) =>
    [...netlist.inputs].filter(([name]) => name !== 'clk').map(([name, nets]) => [name, nets.length] as const)

  it.skipIf(!hasIverilog).each(['int8', 'lightpe-1', 'int16'] as const)(
    `of type %s is on every net what Icarus Verilog counts, glitches included${note}`,
    async type => {
      const pe = design(type, { scratchpads: 'inside' })
      const { simulation } = await compiled(pe)
      const { cycles, counts, expected } = recordedPass(pe, simulation, 20)
      const delays = (list: Int32Array) => new Map([...simulation.driverNet].map((net, i) => [net, list[i]!]))
      const { psums, changes } = simulateWithIverilog({
        verilog: writeDelayModel(simulation.netlist, {
          rise: delays(simulation.riseDelay),
          fall: delays(simulation.fallDelay),
        }),
        inputs: inputsOf(simulation),
        psumBits: pe.psumBits,
        cycles,
        from: 20,
      })
      expect(psums).toEqual(expected)
      const nets = [...new Set(simulation.driverNet)]
      const ours = nets.map(net => [net, counts.high[net]! + counts.low[net]!])
      expect(ours).toEqual(nets.map(net => [net, changes.get(net) ?? 0]))
    },
  )

  it.skipIf(!hasIverilog)(
    `of the Verilog before synthesis gives the same psums in Icarus${note}`,
    async () => {
      for (const type of ['lightpe-2', 'fp32'] as const) {
        const pe = design(type, { scratchpads: 'inside' })
        const { simulation } = await compiled(
          type === 'fp32' ? design('int8', { scratchpads: 'inside' }) : pe,
        )
        // The inputs of a pass do not depend on the netlist; widths are the design's.
        const widths = { ifmap_data: pe.activationBits, filter_data: pe.weightBits, psum_in: pe.psumBits }
        const shape = fullPass(pe)
        const data = drawPass(shape, operandSource(pe, random(3, 'activity', type)), 4)
        const cycles: Record<string, number>[] = []
        const held: Record<string, number> = {}
        drivePass(
          { read: () => 0, cycle: inputs => void cycles.push({ ...Object.assign(held, inputs) }) },
          pe,
          shape,
          data,
        )
        const { psums } = simulateWithIverilog({
          verilog: Object.values(rtlFiles()).join('\n'),
          parameters: peParameters(pe),
          inputs: inputsOf(simulation)
            .filter(([name]) => !name.endsWith('_read'))
            .map(([name, bits]) => [name, (widths as Record<string, number>)[name] ?? bits]),
          psumBits: pe.psumBits,
          cycles,
          from: 0,
        })
        expect(psums).toEqual(expectedPass(pe, shape, data).flat())
      }
    },
  )

  it('costs less where operands do not change, and clock and nothing else where nothing does', async () => {
    const pe = design('int8')
    const { simulation, timing } = await compiled(pe)
    const energy = energyModel(simulation, timing)
    const perCycle = (next: () => number) => {
      const simulator = createSimulator(simulation, 600)
      let result = { nets: 0, gates: 0, registers: 0, clock: 0, total: 0 }
      const data = { weights: Array.from({ length: 16 }, next), windows: [Array.from({ length: 4 }, next)] }
      drivePass(simulator, pe, fullPass(pe), data, running => {
        if (!running) {
          const parts = energy(simulator.counts)
          const total = parts.nets + parts.gates + parts.registers + parts.clock
          result = { ...parts, total: total / simulator.counts.cycles }
        }
        simulator.clear()
      })
      return result
    }
    const stream = random(0, 'idle')
    const busy = perCycle(() => stream.integer(256))
    const zeros = perCycle(() => 0)
    expect(zeros.total).toBeLessThan(0.6 * busy.total)

    const idle = createSimulator(simulation, 600)
    idle.cycle({ reset: 1 })
    for (let i = 0; i < 8; i++) idle.cycle({ reset: 0 })
    idle.clear()
    for (let i = 0; i < 8; i++) idle.cycle()
    const parts = energy(idle.counts)
    expect(parts.clock).toBeGreaterThan(0)
    expect(parts.nets + parts.gates + parts.registers).toBe(0)
  })

  it('makes figures near those of an independent characterization with other tools', async () => {
    // Datapath and control, INT8 with 24-bit psums and LightPE-1: µm², ns and pJ, from the project's own trial.
    const trial = { int8: [1419, 1.16, 2.89], 'lightpe-1': [1034, 1.18, 2.23] } as const
    for (const type of ['int8', 'lightpe-1'] as const) {
      const words = { ifmapWords: 12, filterWords: 224, psumWords: 24 }
      const { figures, spread } = await characterizePoint(design(type, words), library)
      const { areaUm2, criticalPathNs, energyPjPerMac } = figures
      const ratios = [areaUm2, criticalPathNs, energyPjPerMac].map((value, i) => value / trial[type][i]!)
      for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.3)
      expect(spread).toBeLessThan(0.12)
    }
  })

  it('is the same for equal seeds and nearly so for others', async () => {
    const of = async (seed: number) =>
      (await characterizePoint(design('lightpe-1'), library, { seed })).figures.energyPjPerMac
    const first = await of(1)
    expect(await of(1)).toBe(first)
    expect(Math.abs((await of(2)) / first - 1)).toBeLessThan(0.05)
  })
})
