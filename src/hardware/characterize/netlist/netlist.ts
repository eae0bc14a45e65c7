import { InputError } from '../../../errors.js'
import type { Cell, Library } from '../liberty/library.js'
import { wireCapacitance } from '../liberty/wire-load.js'

/** Nets are numbered; 0 and 1 are the constants. */
export const CONSTANT_0 = 0
export const CONSTANT_1 = 1

export interface Instance {
  readonly name: string
  readonly cell: Cell
  /** Net by pin; pins that are left open are absent. */
  readonly nets: ReadonlyMap<string, number>
}

/** A mapped design: instances of library cells joined by nets. */
export interface Netlist {
  readonly top: string
  readonly library: Library
  readonly netCount: number
  readonly instances: readonly Instance[]
  /** Nets of a port, least significant bit first. */
  readonly inputs: ReadonlyMap<string, readonly number[]>
  readonly outputs: ReadonlyMap<string, readonly number[]>
}

interface YosysModule {
  readonly ports: Record<string, { direction: string; bits: (number | string)[] }>
  readonly cells: Record<string, { type: string; connections: Record<string, (number | string)[]> }>
}

/** Reads the JSON that Yosys writes of a flat mapped module. Throws InputError when a cell is not of the library. */
export function netlistFromYosys(json: unknown, top: string, library: Library): Netlist {
  const { modules } = json as { modules: Record<string, YosysModule> }
  const module = modules[top]
  if (module === undefined) throw new InputError(`the synthesized design has no module ${top}`)
  const numbers = new Map<number | string, number>([
    ['0', CONSTANT_0],
    ['x', CONSTANT_0],
    ['z', CONSTANT_0],
    ['1', CONSTANT_1],
  ])
  let netCount = 2
  const net = (bit: number | string): number => {
    const known = numbers.get(bit)
    if (known !== undefined) return known
    numbers.set(bit, netCount)
    return netCount++
  }
  const ports = (direction: string) =>
    new Map(
      Object.entries(module.ports)
        .filter(([, port]) => port.direction === direction)
        .map(([name, { bits }]) => [name, bits.map(net)] as const),
    )
  const inputs = ports('input')
  const outputs = ports('output')
  const instances = Object.entries(module.cells).map(([name, { type, connections }]): Instance => {
    const cell = library.cells.get(type)
    if (cell === undefined)
      throw new InputError(`the synthesized design has a ${type}, not a cell of ${library.name}`)
    const nets = Object.entries(connections).flatMap(([pin, bits]) =>
      bits.length === 1 ? [[pin, net(bits[0]!)] as const] : [],
    )
    return { name, cell, nets: new Map(nets) }
  })
  return { top, library, netCount, instances, inputs, outputs }
}

/** Cells of one netlist together. */
export function netlistArea({ instances }: Netlist): {
  readonly areaUm2: number
  readonly leakageMw: number
} {
  let [areaUm2, leakageNw] = [0, 0]
  for (const { cell } of instances) {
    areaUm2 += cell.area
    leakageNw += cell.leakageNw
  }
  return { areaUm2, leakageMw: leakageNw * 1e-6 }
}

/** Load of every net, fF: its input pins, with the capacitance of an edge or the mean of both, and its wire. */
export function netLoads(netlist: Netlist, edge: 'rise' | 'fall' | 'mean' = 'mean'): Float64Array {
  const { netCount, instances, library } = netlist
  const loads = new Float64Array(netCount)
  const fanout = netFanouts(netlist)
  for (const { cell, nets } of instances) {
    for (const [name, net] of nets) {
      const pin = cell.pins.get(name)!
      if (pin.direction !== 'input') continue
      const { riseCapacitance: rise, fallCapacitance: fall } = pin
      loads[net]! += edge === 'rise' ? rise : edge === 'fall' ? fall : (rise + fall) / 2
    }
  }
  return loads.map((load, net) => load + wireCapacitance(library.wireLoad, fanout[net]!))
}

/** How many pins and output ports every net drives. */
function netFanouts({ netCount, instances, outputs }: Netlist): Int32Array {
  const fanout = new Int32Array(netCount)
  for (const { cell, nets } of instances) {
    for (const [name, net] of nets) if (cell.pins.get(name)!.direction === 'input') fanout[net]!++
  }
  for (const nets of outputs.values()) for (const net of nets) fanout[net]!++
  return fanout
}
