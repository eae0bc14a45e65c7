import { booleanFunction } from '../liberty/boolean-function.js'
import { CONSTANT_0, CONSTANT_1, type Netlist } from './netlist.js'

const wire = (net: number): string => (net === CONSTANT_0 ? "1'b0" : net === CONSTANT_1 ? "1'b1" : `n${net}`)

/** A mapped netlist as structural Verilog over the library's cells, for other tools. */
export function writeVerilog(netlist: Netlist): string {
  const cells = netlist.instances.map(({ cell, nets }, i) => {
    const pins = [...nets].map(([pin, net]) => `.${pin}(${wire(net)})`)
    return `  ${cell.name} u${i} (${pins.join(', ')});`
  })
  return module(netlist, cells)
}

export interface ModelDelays {
  /** Delays of a net by its driver, ps. */
  readonly rise: ReadonlyMap<number, number>
  readonly fall: ReadonlyMap<number, number>
}

/**
 * A mapped netlist as a behavioural Verilog model of its own (no cell library needed), each output with its inertial
 * delays in ps; the clock network is ideal. It is what our simulator simulates, for comparison with another one.
 */
export function writeDelayModel(netlist: Netlist, { rise, fall }: ModelDelays): string {
  const delay = (net: number) => `#(${rise.get(net)},${fall.get(net)})`
  const lines = netlist.instances.flatMap(({ cell, nets }, i) => {
    const at = (pin: string) => wire(nets.get(pin) ?? CONSTANT_0)
    if (cell.clockGate !== undefined) {
      const { clock, enable, gated } = cell.clockGate
      return [
        `  reg open${i} = 0;`,
        `  always @(${at(clock)} or ${at(enable)}) if (!${at(clock)}) open${i} = ${at(enable)};`,
        `  assign ${at(gated)} = ${at(clock)} & open${i};`,
      ]
    }
    const outputs = cell.outputs.filter(pin => nets.has(pin))
    if (cell.flipFlop !== undefined) {
      const { clock, next, inverted } = cell.flipFlop
      const data = cell.inputs.find(pin => pin !== clock)!
      const invert = booleanFunction(next, [data]).table[0] === 1 ? '~' : ''
      return [
        `  reg q${i} = 0;`,
        `  always @(posedge ${at(clock)}) q${i} <= ${invert}${at(data)};`,
        ...outputs.map(pin => {
          const not = cell.pins.get(pin)!.function?.trim() === inverted ? '~' : ''
          return `  assign ${delay(nets.get(pin)!)} ${at(pin)} = ${not}q${i};`
        }),
      ]
    }
    return outputs.map(pin => {
      const { inputs, table } = booleanFunction(cell.pins.get(pin)!.function!)
      const value = expression(inputs.map(at), table)
      return `  assign ${delay(nets.get(pin)!)} ${at(pin)} = ${value};`
    })
  })
  return module(netlist, lines)
}

/** A truth table as a constant, looked up by the inputs: one evaluation, without hazards of its own. */
function expression(inputs: readonly string[], table: Uint8Array): string {
  if (inputs.length === 0) return `1'b${table[0]}`
  const digits = [...table].reverse().join('')
  return `${table.length}'b${digits} >> {${[...inputs].reverse().join(', ')}}`
}

function module(netlist: Netlist, body: readonly string[]): string {
  const { top, netCount, inputs, outputs } = netlist
  const range = (bits: number) => (bits === 1 ? '' : `[${bits - 1}:0] `)
  const ports = [
    ...[...inputs].map(([name, nets]) => `  input wire ${range(nets.length)}${name}`),
    ...[...outputs].map(([name, nets]) => `  output wire ${range(nets.length)}${name}`),
  ]
  const bit = (name: string, nets: readonly number[], i: number) =>
    nets.length === 1 ? name : `${name}[${i}]`
  const wires =
    netCount > 2 ? [`  wire ${Array.from({ length: netCount - 2 }, (_, i) => `n${i + 2}`).join(', ')};`] : []
  const joins = [
    ...[...inputs].flatMap(([name, nets]) =>
      nets.map((net, i) => `  assign n${net} = ${bit(name, nets, i)};`),
    ),
    ...[...outputs].flatMap(([name, nets]) =>
      nets.map((net, i) => `  assign ${bit(name, nets, i)} = ${wire(net)};`),
    ),
  ]
  return `module ${top} (\n${ports.join(',\n')}\n);\n${[...wires, ...joins, ...body].join('\n')}\nendmodule\n`
}
