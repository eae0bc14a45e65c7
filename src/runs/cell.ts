/** What a cell of a table may hold; nothing where a figure does not apply. */
export type Cell = string | number | boolean | null | undefined

/** A table of a report or of the terminal. */
export interface ReportTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A cell as people read it: whole numbers grouped (1,234,567), others with four significant digits. */
export function formatCell(cell: Cell): string {
  if (cell === undefined || cell === null) return ''
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  if (typeof cell === 'string') return cell
  if (Number.isInteger(cell)) return cell.toLocaleString('en-US')
  const size = Math.abs(cell)
  if (size >= 1e4 && size < 1e15) return Math.round(cell).toLocaleString('en-US')
  return String(Number(cell.toPrecision(4)))
}

/** Columns that hold figures only, to be set flush right. */
export const isNumeric = (rows: ReportTable['rows'], column: number): boolean =>
  rows.some(row => typeof row[column] === 'number') &&
  rows.every(row => typeof row[column] === 'number' || row[column] === undefined || row[column] === null)
