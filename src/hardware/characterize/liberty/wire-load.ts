import type { LibertyGroup } from './parse-liberty.js'

/** A statistical wire: its capacitance by the number of pins that a net drives. Resistance is left out. */
export interface WireLoad {
  readonly name: string
  /** fF per unit of length. */
  readonly capacitance: number
  /** Length by fanout (ascending), and what each pin beyond the last adds. */
  readonly fanouts: readonly number[]
  readonly lengths: readonly number[]
  readonly slope: number
}

/** The library's default wire load, if it has one; `fF` is its unit of capacitance. */
export function defaultWireLoad(root: LibertyGroup, fF: number): WireLoad | undefined {
  const name = root.simple.get('default_wire_load')
  const group = root.groups.find(group => group.name === 'wire_load' && group.args[0] === name)
  if (name === undefined || group === undefined) return undefined
  const points = group.complex
    .filter(entry => entry.name === 'fanout_length')
    .map(({ args }) => args.map(Number))
    .sort((a, b) => a[0]! - b[0]!)
  const number = (key: string) => Number(group.simple.get(key) ?? 0)
  return {
    name,
    capacitance: number('capacitance') * fF,
    fanouts: points.map(point => point[0]!),
    lengths: points.map(point => point[1]!),
    slope: number('slope'),
  }
}

/** Capacitance of the wire of a net that drives `fanout` pins, fF: linear between the library's points. */
export function wireCapacitance(wire: WireLoad | undefined, fanout: number): number {
  if (wire === undefined || fanout === 0 || wire.fanouts.length === 0) return 0
  const { capacitance, fanouts, lengths, slope } = wire
  const last = fanouts.length - 1
  if (fanout >= fanouts[last]!) return capacitance * (lengths[last]! + slope * (fanout - fanouts[last]!))
  if (fanout <= fanouts[0]!) return capacitance * Math.max(0, lengths[0]! - slope * (fanouts[0]! - fanout))
  const i = fanouts.findIndex(known => known > fanout) - 1
  const share = (fanout - fanouts[i]!) / (fanouts[i + 1]! - fanouts[i]!)
  return capacitance * (lengths[i]! + share * (lengths[i + 1]! - lengths[i]!))
}
