import { InputError, LostTaskError, NothingYetError } from '../../errors.js'
import { type DataPoint, type DataSet, type DataSetHeader, isMeasured } from '../data-set.js'
import type { PeDesign } from '../pe-design.js'
import { DEFAULT_SEEDS } from './characterize-point.js'
import { type CharacterizerSetup, createCharacterizer } from './characterizer.js'
import type { Library } from './liberty/library.js'
import { ABC_SCRIPT } from './netlist/synthesize.js'
import { samplePoints } from './sample-points.js'
import { TIMING } from './timing/analyze-timing.js'

export interface CharacterizeOptions {
  /** The library, read; every thread reads its file again. */
  readonly library: Library
  /** How many designs to sample, or which ones. */
  readonly points: number | readonly PeDesign[]
  readonly seed: number
  /** Data seeds a point. */
  readonly seeds?: number
  /** Characterizes a design as `createCharacterizer` would, somewhere; in this thread by default. */
  readonly evaluate?: (design: PeDesign) => Promise<DataPoint>
  /** Designs in hand at a time; 1 by default. */
  readonly ahead?: number
}

/** What an evaluation of these options' designs is set up with. */
export const characterizerSetup = ({
  library,
  seed,
  seeds = DEFAULT_SEEDS,
}: Pick<CharacterizeOptions, 'library' | 'seed' | 'seeds'>): CharacterizerSetup => ({
  library: library.file,
  digest: library.digest,
  settings: { seeds, seed },
})

/** Points done so far, in order, and those in hand. */
export interface CharacterizeState {
  readonly done: readonly DataPoint[]
  readonly ahead: Map<number, Promise<DataPoint>>
}

interface Report {
  readonly entries: readonly {
    readonly entry: Readonly<Record<string, string | number | boolean>>
    readonly line?: string
  }[]
}

/** A long job, as `runs` drives it. */
export interface CharacterizeJob {
  init(): Promise<CharacterizeState>
  step(state: CharacterizeState): Promise<{ readonly state: CharacterizeState; readonly report: Report }>
  done(state: CharacterizeState): boolean
  result(state: CharacterizeState): Promise<DataSet>
  pack(state: CharacterizeState): {
    readonly json: unknown
    readonly tensors: Readonly<Record<string, never>>
  }
  unpack(snapshot: { readonly json: unknown }): Promise<CharacterizeState>
  progress(state: CharacterizeState): {
    readonly done: number
    readonly total: number
    readonly label: string
  }
}

/**
 * Characterizes sampled designs. A step is the next finished point in order; later ones are at work
 * meanwhile. Points do not depend on who does them or on interruptions (the seconds they take do). A design
 * that fails, or under which its worker is lost, is kept with its reason. Throws InputError for fewer than one point.
 */
export function characterizeJob(options: CharacterizeOptions): CharacterizeJob {
  const { library, points, seed, seeds = DEFAULT_SEEDS, ahead: most = 1 } = options
  const designs = typeof points === 'number' ? samplePoints(points, seed) : points
  if (designs.length === 0) throw new InputError(`--points ${points}: expected at least 1`)
  const begin = (done: readonly DataPoint[]): CharacterizeState => ({ done, ahead: new Map() })
  const { evaluate = createCharacterizer(characterizerSetup(options)).evaluate } = options

  const characterize = async (design: PeDesign): Promise<DataPoint> => {
    const started = performance.now()
    try {
      return await evaluate(design)
    } catch (error) {
      if (!(error instanceof LostTaskError)) throw error
      return {
        design,
        seconds: Number(((performance.now() - started) / 1000).toFixed(2)),
        error: error.message,
      }
    }
  }

  return {
    init: async () => begin([]),
    unpack: async ({ json }) => begin(json as readonly DataPoint[]),
    pack: ({ done }) => ({ json: done, tensors: {} }),
    done: ({ done }) => done.length >= designs.length,
    async step({ done, ahead }) {
      const index = done.length
      for (let i = index; i < Math.min(designs.length, index + most); i++) {
        if (ahead.has(i)) continue
        const point = characterize(designs[i]!)
        // One that fails is met when its turn comes.
        point.catch(() => {})
        ahead.set(i, point)
      }
      const point = await ahead.get(index)!
      ahead.delete(index)
      return { state: { done: [...done, point], ahead }, report: { entries: [entryOf(index, point)] } }
    },
    async result({ done }) {
      if (done.length === 0) throw new NothingYetError('no design has been characterized')
      return { points: done, header: await header(library, { seed, seeds }) }
    },
    progress: ({ done }) => ({ done: done.length, total: designs.length, label: 'characterizing' }),
  }
}

function entryOf(index: number, point: DataPoint): Report['entries'][number] {
  const { type, scratchpads } = point.design
  if (isMeasured(point)) {
    const { areaUm2, criticalPathNs, energyPjPerMac } = point.figures
    return { entry: { point: index, type, scratchpads, areaUm2, criticalPathNs, energyPjPerMac } }
  }
  const [reason = ''] = point.error.split('\n')
  const line = `Point ${index} (${type}, scratchpads ${scratchpads}) failed and is left out: ${reason}`
  return { entry: { point: index, type, scratchpads, error: reason }, line }
}

async function header(
  library: Library,
  { seed, seeds }: { readonly seed: number; readonly seeds: number },
): Promise<DataSetHeader> {
  const { version } = await import('@yowasp/yosys')
  return {
    schema: 1,
    library: `${library.name}, ${library.voltage} V`,
    tools: { yosys: version },
    settings: {
      librarySha256: library.digest,
      synthesis: `synth -flatten; dfflibmap; abc: ${ABC_SCRIPT}`,
      timing: {
        clock: 'ideal',
        clockSlewNs: TIMING.clockSlewNs,
        inputSlewNs: TIMING.inputSlewNs,
        heldInputs: TIMING.heldInputs,
        wireLoad: library.wireLoad?.name ?? 'none',
      },
      activity: {
        dataSeeds: seeds,
        seed,
        data: 'every integer code equally likely; FP32 standard normal',
        pass: 'full scratchpads, one multiply-accumulate a cycle at the shortest period',
        delays: 'mean of the arcs, whole ps, inertial',
      },
    },
  }
}
