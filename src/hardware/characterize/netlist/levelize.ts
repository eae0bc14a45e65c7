import { InputError } from '../../../errors.js'
import type { Instance, Netlist } from './netlist.js'

/** The combinational instances of a netlist, every one after those that drive it. Throws InputError for a loop. */
export function levelize({ netCount, instances }: Netlist): readonly Instance[] {
  const gates = instances.filter(({ cell }) => cell.kind === 'gate')
  const driver = new Int32Array(netCount).fill(-1)
  gates.forEach(({ cell, nets }, i) => {
    for (const pin of cell.outputs) {
      const net = nets.get(pin)
      if (net !== undefined) driver[net] = i
    }
  })
  const readers: number[][] = gates.map(() => [])
  const waiting = new Int32Array(gates.length)
  gates.forEach(({ cell, nets }, i) => {
    for (const pin of cell.inputs) {
      const from = driver[nets.get(pin) ?? 0]!
      if (from < 0) continue
      readers[from]!.push(i)
      waiting[i]!++
    }
  })
  const order: number[] = []
  waiting.forEach((count, i) => {
    if (count === 0) order.push(i)
  })
  for (let at = 0; at < order.length; at++) {
    for (const reader of readers[order[at]!]!) if (--waiting[reader]! === 0) order.push(reader)
  }
  if (order.length < gates.length) {
    const stuck = gates.find((_, i) => waiting[i]! > 0)!
    throw new InputError(`the design has a combinational loop through ${stuck.name} (${stuck.cell.name})`)
  }
  return order.map(i => gates[i]!)
}
