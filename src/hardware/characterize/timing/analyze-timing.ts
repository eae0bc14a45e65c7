import type { SetupConstraint, TimingArc } from '../liberty/library.js'
import { type LookupTable, lookup } from '../liberty/lookup-table.js'
import { levelize } from '../netlist/levelize.js'
import { type Instance, type Netlist, netLoads } from '../netlist/netlist.js'

export interface TimingSettings {
  /** Transition of the clock at every flip-flop and clock gate, ns (the library's thresholds). */
  readonly clockSlewNs: number
  /** Transition of the design's inputs, ns; they arrive with the clock's edge. */
  readonly inputSlewNs: number
  /** Ports that are held while the design runs: no path begins there. */
  readonly heldInputs: readonly string[]
}

export const TIMING: TimingSettings = Object.freeze({
  clockSlewNs: 0.02,
  inputSlewNs: 0.02,
  heldInputs: Object.freeze(['ifmap_last', 'filter_last', 'psum_last', 'reset']),
})

/** One stage of a path. */
export interface PathStage {
  readonly instance: string
  readonly cell: string
  readonly pin: string
  readonly edge: 'rise' | 'fall'
  readonly atNs: number
}

export interface Timing {
  /** The shortest clock period: the longest of clock (or input) to flip-flop or clock gate, setup included. */
  readonly criticalPathNs: number
  readonly path: readonly PathStage[]
  /** Transition of every net, ns. */
  readonly riseSlew: Float64Array
  readonly fallSlew: Float64Array
  /** Loads by edge, fF. */
  readonly riseLoad: Float64Array
  readonly fallLoad: Float64Array
}

/**
 * Static timing of a mapped netlist with the library's nonlinear delay tables: graph based (the worst transition of
 * a net counts for all paths through it), loads from pin capacitances and the
 * library's default wire load (its capacitance). The clock is ideal: it reaches all
 * flip-flops and clock gates at time 0, as a balanced tree would; enables of clock gates are endpoints like data.
 */
export function analyzeTiming(netlist: Netlist, settings: TimingSettings = TIMING): Timing {
  const { netCount, instances } = netlist
  const riseLoad = netLoads(netlist, 'rise')
  const fallLoad = netLoads(netlist, 'fall')
  const [rise, fall] = [
    new Float64Array(netCount).fill(-Infinity),
    new Float64Array(netCount).fill(-Infinity),
  ]
  const [riseSlew, fallSlew] = [new Float64Array(netCount), new Float64Array(netCount)]
  // Where the latest edge of a net came from: 2 * net + (1 for rise), or -1; and the instance that drives it.
  const [riseFrom, fallFrom] = [new Int32Array(netCount).fill(-1), new Int32Array(netCount).fill(-1)]
  const drivers = new Map<number, { readonly instance: Instance; readonly pin: string }>()

  for (const [port, nets] of netlist.inputs) {
    const arrival = settings.heldInputs.includes(port) ? -Infinity : 0
    for (const net of nets) {
      rise[net] = fall[net] = arrival
      riseSlew[net] = fallSlew[net] = settings.inputSlewNs
    }
  }

  const propagate = (
    out: number,
    delays: LookupTable | undefined,
    slews: LookupTable | undefined,
    rising: boolean,
    arrival: number,
    slew: number,
    from: number,
  ): void => {
    if (delays === undefined) return
    const load = (rising ? riseLoad : fallLoad)[out]!
    const at = arrival + lookup(delays, slew, load)
    const [arrivals, outSlews, origins] = rising ? [rise, riseSlew, riseFrom] : [fall, fallSlew, fallFrom]
    if (at > arrivals[out]!) {
      arrivals[out] = at
      origins[out] = from
    }
    if (slews !== undefined) outSlews[out] = Math.max(outSlews[out]!, lookup(slews, slew, load))
  }
  const pass = (arc: TimingArc, from: number, out: number): void => {
    if (arc.sense !== 'negative') {
      propagate(out, arc.cellRise, arc.riseTransition, true, rise[from]!, riseSlew[from]!, 2 * from + 1)
      propagate(out, arc.cellFall, arc.fallTransition, false, fall[from]!, fallSlew[from]!, 2 * from)
    }
    if (arc.sense !== 'positive') {
      propagate(out, arc.cellRise, arc.riseTransition, true, fall[from]!, fallSlew[from]!, 2 * from)
      propagate(out, arc.cellFall, arc.fallTransition, false, rise[from]!, riseSlew[from]!, 2 * from + 1)
    }
  }

  const flipFlops = instances.filter(({ cell }) => cell.kind === 'flip-flop')
  for (const instance of [...flipFlops, ...levelize(netlist)]) {
    const { cell, nets } = instance
    for (const pin of cell.outputs) {
      const out = nets.get(pin)
      if (out === undefined) continue
      drivers.set(out, { instance, pin })
      for (const arc of cell.pins.get(pin)!.arcs) {
        if (cell.kind === 'gate') {
          const from = nets.get(arc.from)
          if (from !== undefined) pass(arc, from, out)
        } else if (arc.sense === 'rising-edge') {
          propagate(out, arc.cellRise, arc.riseTransition, true, 0, settings.clockSlewNs, -1)
          propagate(out, arc.cellFall, arc.fallTransition, false, 0, settings.clockSlewNs, -1)
        }
      }
    }
  }

  let criticalPathNs = 0
  let end = -1
  let last: PathStage | undefined
  const arrives = (
    instance: Instance,
    pin: string,
    net: number,
    rising: boolean,
    setup: LookupTable | undefined,
  ) => {
    const arrival = (rising ? rise : fall)[net]!
    if (setup === undefined || arrival === -Infinity) return
    const at = arrival + lookup(setup, (rising ? riseSlew : fallSlew)[net]!, 0, settings.clockSlewNs)
    if (at <= criticalPathNs) return
    criticalPathNs = at
    end = 2 * net + (rising ? 1 : 0)
    last = {
      instance: instance.name,
      cell: instance.cell.name,
      pin,
      edge: rising ? 'rise' : 'fall',
      atNs: at,
    }
  }
  const check = (
    instance: Instance,
    pin: string,
    net: number,
    { edge, rise, fall }: SetupConstraint,
  ): void => {
    if (edge !== 'rising') return
    arrives(instance, pin, net, true, rise)
    arrives(instance, pin, net, false, fall)
  }
  for (const instance of instances) {
    if (instance.cell.kind !== 'flip-flop' && instance.cell.kind !== 'clock-gate') continue
    for (const pin of instance.cell.inputs) {
      const net = instance.nets.get(pin)
      if (net === undefined) continue
      for (const setup of instance.cell.pins.get(pin)!.setups) check(instance, pin, net, setup)
    }
  }

  const path: PathStage[] = last === undefined ? [] : [last]
  while (end >= 0) {
    const [net, rising] = [end >> 1, (end & 1) === 1]
    const driver = drivers.get(net)
    if (driver === undefined) break
    const { instance, pin } = driver
    const atNs = (rising ? rise : fall)[net]!
    path.push({
      instance: instance.name,
      cell: instance.cell.name,
      pin,
      edge: rising ? 'rise' : 'fall',
      atNs,
    })
    end = (rising ? riseFrom : fallFrom)[net]!
  }
  return { criticalPathNs, path: path.reverse(), riseSlew, fallSlew, riseLoad, fallLoad }
}
