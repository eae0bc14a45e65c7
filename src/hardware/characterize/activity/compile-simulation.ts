import { booleanFunction } from '../liberty/boolean-function.js'
import type { Cell, Pin } from '../liberty/library.js'
import { type LookupTable, lookup } from '../liberty/lookup-table.js'
import { levelize } from '../netlist/levelize.js'
import { CONSTANT_1, type Instance, type Netlist } from '../netlist/netlist.js'
import { TIMING, type Timing } from '../timing/analyze-timing.js'

/** A netlist compiled for simulation. Times in ps. A driver is what moves a net: a gate, a flip-flop's output, an input. */
export interface Simulation {
  readonly netlist: Netlist
  /** By driver: its net and its delays to a rise and to a fall. Gates first, in evaluation order. */
  readonly driverNet: Int32Array
  readonly riseDelay: Int32Array
  readonly fallDelay: Int32Array
  readonly gateCount: number
  /** By gate: where its truth table begins in `tables`, and its instance and pin. */
  readonly tableAt: Int32Array
  readonly tables: Uint8Array
  readonly gates: readonly {
    readonly instance: Instance
    readonly pin: string
    readonly inputs: readonly string[]
  }[]
  /** Readers of net n: entries readersAt[n] … readersAt[n + 1] of `reader` (gate) and `readerMask` (bit of its index). */
  readonly readersAt: Int32Array
  readonly reader: Int32Array
  readonly readerMask: Int32Array
  readonly flipFlops: readonly FlipFlop[]
  readonly clockGates: readonly ClockGate[]
  /** Driver by net of the inputs. */
  readonly inputDriver: ReadonlyMap<number, number>
}

export interface FlipFlop {
  readonly instance: Instance
  readonly data: number
  /** 1: the state is the inverse of the data pin. */
  readonly invert: number
  /** Clock gate that feeds it, or -1 for the clock itself. */
  readonly gate: number
  /** Drivers of the state's and the inverted state's outputs, or -1 where the pin is open. */
  readonly state: number
  readonly inverted: number
}

export interface ClockGate {
  readonly instance: Instance
  readonly enable: number
  readonly gated: number
}

/**
 * Compiles a mapped netlist: truth tables, and per output one delay to each edge, the mean over the cell's arcs at
 * the transitions and loads of static timing, rounded to whole ps and at least 1.
 */
export function compileSimulation(netlist: Netlist, timing: Timing, clock = 'clk'): Simulation {
  const { netCount, instances } = netlist
  const driverNet: number[] = []
  const riseDelay: number[] = []
  const fallDelay: number[] = []
  const add = (net: number, rise: number, fall: number): number => {
    driverNet.push(net)
    riseDelay.push(rise)
    fallDelay.push(fall)
    return driverNet.length - 1
  }
  const delays = (instance: Instance, pin: Pin, net: number) => outputDelays(instance, pin, net, timing)

  const tables: number[] = []
  const tableOf = new Map<string, number>()
  const tableAt: number[] = []
  const gates: Simulation['gates'][number][] = []
  const readers: [net: number, gate: number, mask: number][] = []
  for (const instance of levelize(netlist)) {
    for (const name of instance.cell.outputs) {
      const net = instance.nets.get(name)
      if (net === undefined) continue
      const pin = instance.cell.pins.get(name)!
      const { inputs, table } = booleanFunction(pin.function!)
      const key = `${instance.cell.name} ${name}`
      if (!tableOf.has(key)) {
        tableOf.set(key, tables.length)
        tables.push(...table)
      }
      tableAt.push(tableOf.get(key)!)
      const gate = add(net, ...delays(instance, pin, net))
      gates.push({ instance, pin: name, inputs })
      inputs.forEach((input, bit) => {
        readers.push([instance.nets.get(input) ?? 0, gate, 1 << bit])
      })
    }
  }

  const icgs = instances.filter(({ cell }) => cell.kind === 'clock-gate')
  const clockGates = icgs.map((instance): ClockGate => {
    const { enable, gated } = instance.cell.clockGate!
    return { instance, enable: instance.nets.get(enable)!, gated: instance.nets.get(gated) ?? -1 }
  })
  const gateByNet = new Map(clockGates.map(({ gated }, i) => [gated, i]))
  const root = netlist.inputs.get(clock)![0]!
  const flipFlops = instances
    .filter(({ cell }) => cell.kind === 'flip-flop')
    .map((instance): FlipFlop => {
      const { next, clock, state, inverted } = instance.cell.flipFlop!
      const dataPin = instance.cell.inputs.find(pin => pin !== clock)!
      const clockNet = instance.nets.get(clock)!
      const output = (name: string) => {
        const pin = instance.cell.outputs.find(pin => instance.cell.pins.get(pin)!.function?.trim() === name)
        const net = pin === undefined ? undefined : instance.nets.get(pin)
        return net === undefined ? -1 : add(net, ...delays(instance, instance.cell.pins.get(pin!)!, net))
      }
      const gate = clockNet === root ? -1 : gateByNet.get(clockNet)
      if (gate === undefined)
        throw new Error(`${instance.name}: clocked by neither the clock nor a clock gate`)
      return {
        instance,
        data: instance.nets.get(dataPin)!,
        invert: booleanFunction(next, [dataPin]).table[0]!,
        gate,
        state: output(state),
        inverted: output(inverted),
      }
    })
  const inputDriver = new Map<number, number>()
  for (const [port, nets] of netlist.inputs) {
    if (port !== clock) for (const net of nets) inputDriver.set(net, add(net, 0, 0))
  }

  const readersAt = new Int32Array(netCount + 1)
  for (const [net] of readers) readersAt[net + 1]!++
  for (let net = 0; net < netCount; net++) readersAt[net + 1]! += readersAt[net]!
  const fill = readersAt.slice(0, netCount)
  const reader = new Int32Array(readers.length)
  const readerMask = new Int32Array(readers.length)
  for (const [net, gate, mask] of readers) {
    const at = fill[net]!++
    reader[at] = gate
    readerMask[at] = mask
  }
  return {
    netlist,
    driverNet: Int32Array.from(driverNet),
    riseDelay: Int32Array.from(riseDelay),
    fallDelay: Int32Array.from(fallDelay),
    gateCount: gates.length,
    tableAt: Int32Array.from(tableAt),
    tables: Uint8Array.from(tables),
    gates,
    readersAt,
    reader,
    readerMask,
    flipFlops,
    clockGates,
    inputDriver,
  }
}

/** Mean delays of an output to a rise and a fall, whole ps. */
function outputDelays(
  { nets, cell }: Instance,
  pin: Pin,
  net: number,
  { riseSlew, fallSlew, riseLoad, fallLoad }: Timing,
): [rise: number, fall: number] {
  const sums = { rise: 0, rises: 0, fall: 0, falls: 0 }
  const add = (edge: 'rise' | 'fall', table: LookupTable | undefined, slew: number) => {
    if (table === undefined) return
    sums[edge] += lookup(table, slew, (edge === 'rise' ? riseLoad : fallLoad)[net]!)
    sums[`${edge}s`]++
  }
  for (const arc of pin.arcs) {
    const from = nets.get(arc.from)
    if (from === undefined) continue
    if (isClocked(cell)) {
      add('rise', arc.cellRise, TIMING.clockSlewNs)
      add('fall', arc.cellFall, TIMING.clockSlewNs)
      continue
    }
    if (arc.sense !== 'negative') {
      add('rise', arc.cellRise, riseSlew[from]!)
      add('fall', arc.cellFall, fallSlew[from]!)
    }
    if (arc.sense !== 'positive') {
      add('rise', arc.cellRise, fallSlew[from]!)
      add('fall', arc.cellFall, riseSlew[from]!)
    }
  }
  const ps = (sum: number, count: number) => Math.max(1, Math.round((1000 * sum) / Math.max(1, count)))
  return [ps(sums.rise, sums.rises), ps(sums.fall, sums.falls)]
}

const isClocked = (cell: Cell): boolean => cell.kind !== 'gate'

/** Initial values of all nets: every flip-flop and input 0, gates as they follow from it. */
export function initialValues(simulation: Simulation): Uint8Array {
  const { netlist, driverNet, gateCount, tableAt, tables, readersAt, reader, readerMask, flipFlops } =
    simulation
  const values = new Uint8Array(netlist.netCount)
  values[CONSTANT_1] = 1
  for (const { inverted } of flipFlops) if (inverted >= 0) values[driverNet[inverted]!] = 1
  const index = new Int32Array(gateCount)
  const settle = (net: number) => {
    if (values[net] === 0) return
    for (let at = readersAt[net]!; at < readersAt[net + 1]!; at++) index[reader[at]!]! |= readerMask[at]!
  }
  const driven = new Set(driverNet.subarray(0, gateCount))
  for (let net = 0; net < netlist.netCount; net++) if (!driven.has(net)) settle(net)
  for (let gate = 0; gate < gateCount; gate++) {
    const net = driverNet[gate]!
    values[net] = tables[tableAt[gate]! + index[gate]!]!
    settle(net)
  }
  return values
}
