import type { Instance } from '../netlist/netlist.js'
import { netLoads } from '../netlist/netlist.js'
import { TIMING, type Timing } from '../timing/analyze-timing.js'
import type { FlipFlop, Simulation } from './compile-simulation.js'
import { type PinState, pinEnergy, toggleEnergy } from './pin-energy.js'
import type { Counts } from './simulator.js'

/** Where the energy of a stretch of cycles went, fJ in all. */
export interface EnergyParts {
  /** Loads of nets other than the clock's: ½·C·V² a change. */
  readonly nets: number
  /** Inside of gates, at changes of their outputs. */
  readonly gates: number
  /** Inside of flip-flops and clock gates, at changes of their outputs and of their data and enable pins. */
  readonly registers: number
  /** Clock nets, and inside of what the clock enters. */
  readonly clock: number
}

/** Computes the energy of what a simulator counted. */
export type EnergyModel = (counts: Counts) => EnergyParts

/**
 * The energy model of a compiled netlist: what every change costs, from the library's internal power tables at the
 * transitions and loads of static timing, and the loads. State-dependent tables are looked up in the state where it
 * was counted (data and state at clock edges, enable at clock gates, the clock's level at data pins), averaged where
 * not (the other inputs of gates).
 */
export function energyModel(simulation: Simulation, timing: Timing, clock = 'clk'): EnergyModel {
  const { netlist, gates, driverNet, flipFlops, clockGates } = simulation
  const { netCount, library } = netlist
  const loads = netLoads(netlist)
  const square = library.voltage ** 2
  const slew = (net: number | undefined) =>
    net === undefined ? TIMING.inputSlewNs : (timing.riseSlew[net]! + timing.fallSlew[net]!) / 2
  const slewOf = (instance: Instance) => (pin: string) => slew(instance.nets.get(pin))
  const clockSlew = () => TIMING.clockSlewNs

  const gateNet = new Float64Array(netCount)
  gates.forEach(({ instance, pin }, gate) => {
    const net = driverNet[gate]!
    gateNet[net]! += toggleEnergy(instance.cell.pins.get(pin)!, {}, slewOf(instance), loads[net]!)
  })
  // An output that is left open changes with the other one.
  const registerNet = new Float64Array(netCount)
  for (const flipFlop of flipFlops) {
    const { instance } = flipFlop
    const carrier = instance.cell.outputs.flatMap(pin => instance.nets.get(pin) ?? [])[0]
    if (carrier === undefined) continue
    for (const name of instance.cell.outputs) {
      const net = instance.nets.get(name)
      const energy = toggleEnergy(
        instance.cell.pins.get(name)!,
        {},
        clockSlew,
        net === undefined ? 0 : loads[net]!,
      )
      registerNet[net ?? carrier]! += energy
    }
  }

  const dataPins = flipFlops.map(flipFlop => dataPinEnergy(flipFlop, slewOf(flipFlop.instance)))
  const edges = flipFlops.map(flipFlop => clockPinEnergy(flipFlop))
  const gateCells = clockGates.map(({ instance, gated }) => {
    const { clock, enable, gated: out } = instance.cell.clockGate!
    const [clockPin, enablePin, outPin] = [clock, enable, out].map(name => instance.cell.pins.get(name)!)
    const load = gated < 0 ? 0 : loads[gated]!
    const at = (enabled: 0 | 1, passes: 0 | 1): PinState => ({ [enable]: enabled, [out]: passes })
    const levels = ([0, 1] as const).map(level =>
      toggleEnergy(enablePin!, { [clock]: level }, slewOf(instance)),
    )
    return {
      closedRise: pinEnergy(clockPin!, 'rise', at(0, 0), clockSlew),
      closedFall: pinEnergy(clockPin!, 'fall', at(0, 0), clockSlew),
      enabledFall: pinEnergy(clockPin!, 'fall', at(1, 0), clockSlew),
      // When it passes a pulse: the output's two edges, and the load.
      pulse:
        pinEnergy(outPin!, 'rise', { [enable]: 1 }, clockSlew, load) +
        pinEnergy(outPin!, 'fall', {}, clockSlew, load) +
        load * square,
      enableLow: levels[0]!,
      enableHigh: levels[1]!,
    }
  })
  const rootLoad = loads[netlist.inputs.get(clock)![0]!]! * square

  return counts => {
    let [nets, gateSum, registers] = [0, 0, 0]
    for (let net = 0; net < netCount; net++) {
      const changes = counts.high[net]! + counts.low[net]!
      if (changes === 0) continue
      nets += (changes * loads[net]! * square) / 2
      gateSum += changes * gateNet[net]!
      registers += changes * registerNet[net]!
    }
    let clock = rootLoad * counts.cycles
    flipFlops.forEach(({ data, gate }, i) => {
      const { clockHigh, clockLow } = dataPins[i]!
      const open = gate < 0 ? 1 : counts.open[gate]! / Math.max(1, counts.cycles)
      registers +=
        counts.high[data]! * (open * clockHigh + (1 - open) * clockLow) + counts.low[data]! * clockLow
      for (let state = 0; state < 4; state++) {
        clock += counts.atRise[4 * i + state]! * edges[i]!.rise[state]!
        clock += counts.atFall[4 * i + state]! * edges[i]!.fall[state]!
      }
    })
    clockGates.forEach(({ enable }, i) => {
      const cell = gateCells[i]!
      const [open, enabled] = [counts.open[i]!, counts.enabledAtFall[i]!]
      const closed = counts.cycles - open
      clock += closed * cell.closedRise + (closed - enabled) * cell.closedFall + enabled * cell.enabledFall
      clock += open * cell.pulse
      registers += counts.high[enable]! * cell.enableHigh + counts.low[enable]! * cell.enableLow
    })
    return { nets, gates: gateSum, registers, clock }
  }
}

function dataPinEnergy({ instance }: FlipFlop, slewOf: (pin: string) => number) {
  const { clock } = instance.cell.flipFlop!
  const pin = instance.cell.pins.get(instance.cell.inputs.find(name => name !== clock)!)!
  return {
    clockHigh: toggleEnergy(pin, { [clock]: 1 }, slewOf),
    clockLow: toggleEnergy(pin, { [clock]: 0 }, slewOf),
  }
}

/** Energy of the clock pin's edges by 2 * data + state; where the state changes the outputs carry it. */
function clockPinEnergy({ instance, invert }: FlipFlop) {
  const { cell } = instance
  const { clock, state, inverted } = cell.flipFlop!
  const dataName = cell.inputs.find(name => name !== clock)!
  const pin = cell.pins.get(clock)!
  const named = (state: string) => cell.outputs.find(name => cell.pins.get(name)!.function?.trim() === state)
  const at = (data: 0 | 1, q: 0 | 1): PinState => {
    const [direct, opposite] = [named(state), named(inverted)]
    return {
      [dataName]: data,
      ...(direct === undefined ? {} : { [direct]: q }),
      ...(opposite === undefined ? {} : { [opposite]: (1 - q) as 0 | 1 }),
    }
  }
  const table = (edge: 'rise' | 'fall') =>
    [0, 1, 2, 3].map(i => {
      const [data, q] = [(i >> 1) as 0 | 1, (i & 1) as 0 | 1]
      if (edge === 'rise' && (data ^ invert) !== q) return 0
      return pinEnergy(pin, edge, at(data, q), () => TIMING.clockSlewNs)
    })
  return { rise: table('rise'), fall: table('fall') }
}
