import { random } from '../../random.js'
import type { PeDesign, PeFigures } from '../pe-design.js'
import { operandSource } from '../rtl/draw-data.js'
import { drivePass } from '../rtl/drive-pass.js'
import { fullPass } from '../rtl/pass-shape.js'
import { compileSimulation } from './activity/compile-simulation.js'
import { createSimulator } from './activity/simulator.js'
import { energyModel } from './activity/switching-energy.js'
import type { Library } from './liberty/library.js'
import { netlistArea } from './netlist/netlist.js'
import { synthesize } from './netlist/synthesize.js'
import { analyzeTiming } from './timing/analyze-timing.js'

export interface PointSettings {
  /** Passes with data of their own that the energy is averaged over. */
  readonly seeds?: number
  /** Names the data: equal seeds give equal figures. */
  readonly seed?: number
}

/** Figures of one design, and what they rest on. */
export interface Point {
  readonly design: PeDesign
  readonly figures: PeFigures
  readonly cells: number
  readonly flipFlops: number
  /** Multiply-accumulates of one pass, and passes. */
  readonly macsPerPass: number
  readonly seeds: number
  /** Standard deviation of the energy between seeds, as a share of the mean. */
  readonly spread: number
  /** Shares of the energy. */
  readonly parts: {
    readonly nets: number
    readonly gates: number
    readonly registers: number
    readonly clock: number
  }
  readonly seconds: { readonly synthesis: number; readonly timing: number; readonly activity: number }
}

export const DEFAULT_SEEDS = 8

/**
 * Characterizes one processing element: synthesis to the library's cells, static timing, then gate-level simulation
 * of whole passes. Area and leakage are sums over cells. Energy is that of multiply-accumulates at full rate, one a
 * cycle, at the shortest period, averaged over passes with random data (see operandSource).
 *
 * Throws InputError for an illegal design, SynthesisError when Yosys fails.
 */
export async function characterizePoint(
  design: PeDesign,
  library: Library,
  { seeds = DEFAULT_SEEDS, seed = 0 }: PointSettings = {},
): Promise<Point> {
  const { netlist, seconds: synthesis } = await synthesize(design, library)
  const started = performance.now()
  const timed = analyzeTiming(netlist)
  const timing = (performance.now() - started) / 1000
  const { criticalPathNs } = timed
  const simulation = compileSimulation(netlist, timed)
  const simulator = createSimulator(simulation, Math.round(criticalPathNs * 500))
  const energy = energyModel(simulation, timed)
  const shape = fullPass(design)
  const macs = shape.taps * shape.filters
  const runs = Math.ceil(FEWEST_MACS / macs)
  const passes = Array.from({ length: seeds }, (_, pass) => {
    const source = operandSource(design, random(seed, 'characterize', pass))
    const draw = (count: number, next: () => number) => Array.from({ length: count }, next)
    const sums = { nets: 0, gates: 0, registers: 0, clock: 0 }
    let cycles = 0
    for (let run = 0; run < runs; run++) {
      const data = { weights: draw(macs, source.weight), windows: [draw(shape.taps, source.activation)] }
      drivePass(simulator, design, shape, data, running => {
        if (!running) {
          const parts = energy(simulator.counts)
          for (const part of PARTS) sums[part] += parts[part] / 1000
          cycles += simulator.counts.cycles
        }
        simulator.clear()
      })
    }
    for (const part of PARTS) sums[part] /= cycles
    return sums
  })
  const totals = passes.map(parts => PARTS.reduce((sum, part) => sum + parts[part], 0))
  const mean = totals.reduce((sum, value) => sum + value, 0) / seeds
  const variance = totals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, seeds - 1)
  const share = (part: (typeof PARTS)[number]) =>
    passes.reduce((sum, parts) => sum + parts[part], 0) / seeds / mean
  const activity = (performance.now() - started) / 1000 - timing
  const { areaUm2, leakageMw } = netlistArea(netlist)
  return {
    design,
    figures: { areaUm2, criticalPathNs, leakageMw, energyPjPerMac: mean },
    cells: netlist.instances.length,
    flipFlops: simulation.flipFlops.length,
    macsPerPass: macs * runs,
    seeds,
    spread: Math.sqrt(variance) / mean,
    parts: {
      nets: share('nets'),
      gates: share('gates'),
      registers: share('registers'),
      clock: share('clock'),
    },
    seconds: { synthesis, timing, activity },
  }
}

const PARTS = ['nets', 'gates', 'registers', 'clock'] as const

/** Passes that are shorter are repeated with data of their own, and count as one. */
const FEWEST_MACS = 200
