import type { Cell } from './library.js'
import type { LibertyGroup } from './parse-liberty.js'

/** What neither mapping nor sizing reads, and what makes a library text large. */
const LEFT_OUT = /^(internal_power|leakage_power|pg_pin|wire_load|operating_conditions|power_lut_template)$/
const CONSTRAINTS = /^(setup|hold|recovery|removal|min_pulse)/

/**
 * The library again as liberty text, with only what synthesis reads: gates of one output, plain rising-edge
 * flip-flops and constant cells. Parsing it takes a fraction of the time, and no cell that the rest of the
 * characterization cannot treat can be chosen.
 */
export function synthesisText(root: LibertyGroup, cells: ReadonlyMap<string, Cell>): string {
  const out: string[] = []
  const wanted = (group: LibertyGroup): boolean => {
    if (group.name === 'cell') return isWanted(cells.get(group.args[0] ?? ''))
    if (group.name === 'timing') return !CONSTRAINTS.test(group.simple.get('timing_type') ?? '')
    return !LEFT_OUT.test(group.name)
  }
  const quote = (text: string) => (/^[\w.+-]+$/.test(text) ? text : `"${text}"`)
  const write = (group: LibertyGroup): void => {
    out.push(`${group.name} (${group.args.map(quote).join(', ')}) {`)
    for (const { name, args } of group.complex) {
      if (name !== 'define' && name !== 'voltage_map')
        out.push(
          `${name} (${(name === 'values' || name.startsWith('index') ? args.map(arg => `"${arg}"`) : args.map(quote)).join(', ')});`,
        )
    }
    for (const [key, value] of group.simple) {
      if (/^(date|comment|default_wire_load|default_operating_conditions)/.test(key)) continue
      out.push(`${key} : ${key.endsWith('_unit') ? `"${value}"` : quote(value)};`)
    }
    for (const inner of group.groups) if (wanted(inner)) write(inner)
    out.push('}')
  }
  write(root)
  return `${out.join('\n')}\n`
}

const isWanted = (cell: Cell | undefined): boolean =>
  cell !== undefined &&
  !cell.dontUse &&
  cell.outputs.length > 0 &&
  (cell.kind === 'gate'
    ? cell.outputs.length === 1 && !/^CLK/i.test(cell.name)
    : cell.kind === 'flip-flop' && cell.inputs.length === 2)
