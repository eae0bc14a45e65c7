import { type Cell, formatCell, isNumeric } from '../runs/list-index.js'

/** A plain text table: columns two spaces apart, figures flush right, no trailing blanks. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [
    columns,
    ...rows.map(row => columns.map((_, i) => formatCell(row[i]).replaceAll(/\s+/g, ' '))),
  ]
  const widths = columns.map((_, i) => Math.max(...lines.map(line => line[i]!.length)))
  const right = columns.map((_, i) => isNumeric(rows, i))
  return lines
    .map(line => line.map((text, i) => (right[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))))
    .map(line => `${line.join('  ').trimEnd()}\n`)
    .join('')
}
