import { initialValues, type Simulation } from './compile-simulation.js'

/** No circuit without loops takes this long to settle; ps. */
const LONGEST = 1 << 17

/** When inputs change after the clock's edge, and when an outside memory's data arrives; ps. */
export const INPUT_DELAY = 100
export const READ_DELAY = 300

export interface Simulator {
  /**
   * One clock cycle: the rising edge, then inputs change, then everything settles. `respond`, where given, is
   * called 300 ps after the edge and may change inputs too (memories outside).
   */
  cycle(inputs?: Readonly<Record<string, number>>, respond?: () => Readonly<Record<string, number>>): void
  /** The value of a port as an unsigned number of up to 53 bits. */
  read(port: string): number
  /** Counters start over. */
  clear(): void
  readonly values: Uint8Array
  readonly counts: Counts
}

/** What happened since `clear`. */
export interface Counts {
  cycles: number
  /** Changes of every net while the clock is high and while it is low; those of clock nets are not in here. */
  readonly high: Uint32Array
  readonly low: Uint32Array
  /** By clock gate: how many cycles it was open. */
  readonly open: Uint32Array
  /** By clock gate: closed cycles with the enable high at the falling edge. */
  readonly enabledAtFall: Uint32Array
  /** By flip-flop and state (2 * data + state): clock edges that found it so, of cycles in which it is clocked. */
  readonly atRise: Uint32Array
  readonly atFall: Uint32Array
}

/**
 * An event-driven simulator of a compiled netlist. Values are 0 and 1; all flip-flops begin at 0. Delays are
 * inertial, as of a Verilog continuous assignment: an output that would change back before its delay has passed does
 * not change. All changes of one picosecond take effect before gates are evaluated. The clock is ideal: flip-flops
 * and open clock gates see its edge at once. `halfPeriod` (ps) is when it falls.
 */
export function createSimulator(simulation: Simulation, halfPeriod: number): Simulator {
  const { netlist, driverNet, riseDelay, fallDelay, gateCount, tableAt, tables } = simulation
  const { readersAt, reader, readerMask, flipFlops, clockGates, inputDriver } = simulation
  const values = initialValues(simulation)
  const index = new Int32Array(gateCount)
  for (let net = 0; net < netlist.netCount; net++) {
    if (values[net] === 0) continue
    for (let at = readersAt[net]!; at < readersAt[net + 1]!; at++) index[reader[at]!]! |= readerMask[at]!
  }
  const counts: Counts = {
    cycles: 0,
    high: new Uint32Array(netlist.netCount),
    low: new Uint32Array(netlist.netCount),
    open: new Uint32Array(clockGates.length),
    enabledAtFall: new Uint32Array(clockGates.length),
    atRise: new Uint32Array(4 * flipFlops.length),
    atFall: new Uint32Array(4 * flipFlops.length),
  }

  // The queue: a list of drivers for every picosecond. A driver has one pending change at most; entries that were
  // cancelled stay and are skipped, since `pending` says another time.
  const head = new Int32Array(LONGEST).fill(-1)
  let nodeDriver = new Int32Array(1 << 14)
  let nodeNext = new Int32Array(1 << 14)
  let nodes = 0
  const pending = new Int32Array(driverNet.length).fill(-1)
  let latest = -1
  const schedule = (driver: number, time: number): void => {
    if (time >= LONGEST) throw new Error('the circuit does not settle')
    if (nodes === nodeDriver.length) {
      nodeDriver = grown(nodeDriver)
      nodeNext = grown(nodeNext)
    }
    nodeDriver[nodes] = driver
    nodeNext[nodes] = head[time]!
    head[time] = nodes++
    pending[driver] = time
    if (time > latest) latest = time
  }

  const dirty = new Int32Array(gateCount)
  const marked = new Uint8Array(gateCount)
  const settle = (from: number, until: number, toggles: Uint32Array): void => {
    for (let time = from; time <= latest && time < until; time++) {
      let node = head[time]!
      if (node < 0) continue
      head[time] = -1
      let dirties = 0
      for (; node >= 0; node = nodeNext[node]!) {
        const driver = nodeDriver[node]!
        if (pending[driver] !== time) continue
        pending[driver] = -1
        const net = driverNet[driver]!
        values[net]! ^= 1
        toggles[net]!++
        const end = readersAt[net + 1]!
        for (let at = readersAt[net]!; at < end; at++) {
          const gate = reader[at]!
          index[gate]! ^= readerMask[at]!
          if (marked[gate] === 0) {
            marked[gate] = 1
            dirty[dirties++] = gate
          }
        }
      }
      for (let i = 0; i < dirties; i++) {
        const gate = dirty[i]!
        marked[gate] = 0
        const next = tables[tableAt[gate]! + index[gate]!]!
        if (next === values[driverNet[gate]!]) pending[gate] = -1
        else if (pending[gate]! < 0) schedule(gate, time + (next === 1 ? riseDelay[gate]! : fallDelay[gate]!))
      }
    }
  }

  const isOpen = new Uint8Array(clockGates.length)
  const state = new Uint8Array(flipFlops.length)
  const dataOf = Int32Array.from(flipFlops, ({ data }) => data)
  const gateOf = Int32Array.from(flipFlops, ({ gate }) => gate)
  const setPort = (port: string, value: number, time: number): void => {
    const nets = netlist.inputs.get(port)
    if (nets === undefined) throw new Error(`no input ${port}`)
    const modulus = 2 ** nets.length
    let rest = ((value % modulus) + modulus) % modulus
    for (const net of nets) {
      const bit = rest % 2
      rest = (rest - bit) / 2
      const driver = inputDriver.get(net)!
      if (bit !== values[net]) {
        if (pending[driver] !== time) schedule(driver, time)
      } else pending[driver] = -1
    }
  }

  const cycle: Simulator['cycle'] = (inputs = {}, respond) => {
    counts.cycles++
    nodes = 0
    latest = -1
    clockGates.forEach(({ enable }, i) => {
      isOpen[i] = values[enable]!
      if (isOpen[i]) counts.open[i]!++
    })
    for (let i = 0; i < dataOf.length; i++) {
      const gate = gateOf[i]!
      if (gate >= 0 && isOpen[gate] === 0) continue
      const data = values[dataOf[i]!]!
      counts.atRise[4 * i + 2 * data + state[i]!]!++
      const { invert, state: direct, inverted } = flipFlops[i]!
      if ((data ^ invert) === state[i]) continue
      state[i]! ^= 1
      const rises = state[i] === 1
      if (direct >= 0) schedule(direct, rises ? riseDelay[direct]! : fallDelay[direct]!)
      if (inverted >= 0) schedule(inverted, rises ? fallDelay[inverted]! : riseDelay[inverted]!)
    }
    for (const [port, value] of Object.entries(inputs)) setPort(port, value, INPUT_DELAY)
    const fall = () => {
      for (let i = 0; i < dataOf.length; i++) {
        const gate = gateOf[i]!
        if (gate >= 0 && isOpen[gate] === 0) continue
        counts.atFall[4 * i + 2 * values[dataOf[i]!]! + state[i]!]!++
      }
      clockGates.forEach(({ enable }, i) => {
        if (!isOpen[i] && values[enable]) counts.enabledAtFall[i]!++
      })
    }
    const answer = () => {
      if (respond === undefined) return
      for (const [port, value] of Object.entries(respond())) setPort(port, value, READ_DELAY)
    }
    if (halfPeriod <= READ_DELAY) {
      settle(0, halfPeriod, counts.high)
      fall()
      settle(halfPeriod, READ_DELAY, counts.low)
      answer()
      settle(READ_DELAY, LONGEST, counts.low)
    } else {
      settle(0, READ_DELAY, counts.high)
      answer()
      settle(READ_DELAY, halfPeriod, counts.high)
      fall()
      settle(halfPeriod, LONGEST, counts.low)
    }
  }

  const read = (port: string): number => {
    const nets = netlist.outputs.get(port)
    if (nets === undefined) throw new Error(`no output ${port}`)
    return nets.reduce((sum, net, bit) => sum + values[net]! * 2 ** bit, 0)
  }
  const clear = () => {
    counts.cycles = 0
    for (const array of Object.values(counts)) if (typeof array !== 'number') array.fill(0)
  }
  return { cycle, read, clear, values, counts }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length)
  larger.set(array)
  return larger
}
