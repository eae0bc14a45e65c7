import { InputError, NothingYetError } from '../errors.js'
import {
  type AcceleratorSpace,
  acceleratorAt,
  countAccelerators,
  type EstimateOptions,
  estimate,
  type PeModel,
  type PeType,
  type Workload,
} from '../hardware/index.js'
import type { Job } from '../runs/index.js'

export interface SweepOptions extends EstimateOptions {
  readonly space: AcceleratorSpace
  readonly workloads: readonly Workload[]
  readonly peModel: PeModel
}

/** One design on one network. Plain JSON. */
export interface SweepPoint {
  /** Number of the design in its space. */
  readonly design: number
  readonly network: string
  readonly peType: PeType
  readonly areaMm2: number
  readonly clockMhz: number
  readonly powerMw: number
  /** Of the batch. */
  readonly latencyMs: number
  readonly energyMj: number
  readonly utilization: number
  /** Images a second and mm². */
  readonly performancePerArea: number
}

/** A design that cannot run a network, or cannot be built, and why. */
export interface SweepRefusal {
  readonly design: number
  readonly network: string
  readonly refused: string
}

export interface SweepState {
  readonly next: number
  readonly points: readonly SweepPoint[]
  readonly refusals: readonly SweepRefusal[]
}

const DESIGNS_PER_STEP = 16

/** A job that prices every design of a space on every network, in order. What does not fit is noted, not fatal. */
export function acceleratorSweep(options: SweepOptions): Job<SweepState, SweepState> {
  const total = countAccelerators(options.space)
  return {
    init: async () => ({ next: 0, points: [], refusals: [] }),
    async step({ next, points, refusals }) {
      const end = Math.min(total, next + DESIGNS_PER_STEP)
      const found: SweepPoint[] = []
      const refused: SweepRefusal[] = []
      for (let design = next; design < end; design++)
        for (const workload of options.workloads) {
          const result = priced(options, design, workload)
          if ('refused' in result) refused.push(result)
          else found.push(result)
        }
      return {
        state: { next: end, points: [...points, ...found], refusals: [...refusals, ...refused] },
        report: { entries: [{ entry: { designs: end, refused: refused.length } }] },
      }
    },
    done: ({ next }) => next >= total,
    async result(state) {
      if (state.next === 0) throw new NothingYetError('no design has been priced')
      return state
    },
    pack: state => ({ json: state, tensors: {} }),
    unpack: async ({ json }) => json as SweepState,
    progress: ({ next }) => ({ done: next, total, label: 'designs' }),
  }
}

function priced(options: SweepOptions, design: number, workload: Workload): SweepPoint | SweepRefusal {
  const { space, peModel, batch = 1 } = options
  try {
    const accelerator = acceleratorAt(space, design)
    const { figures, latencyMs, energyMj, areaMm2, utilization } = estimate(
      workload,
      accelerator,
      peModel,
      options,
    )
    return {
      design,
      network: workload.name,
      peType: accelerator.peType,
      areaMm2,
      clockMhz: figures.clockMhz,
      powerMw: figures.powerMw,
      latencyMs,
      energyMj,
      utilization,
      performancePerArea: (1000 * batch) / latencyMs / areaMm2,
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { design, network: workload.name, refused: error.message }
  }
}

/** The points of one network that no other beats in both performance per area and energy; by falling energy. */
export function sweepFront(points: readonly SweepPoint[]): readonly SweepPoint[] {
  const best = [...points].sort(
    (a, b) => b.performancePerArea - a.performancePerArea || a.energyMj - b.energyMj || a.design - b.design,
  )
  let least = Number.POSITIVE_INFINITY
  return best.filter(({ energyMj }) => {
    if (energyMj >= least) return false
    least = energyMj
    return true
  })
}
