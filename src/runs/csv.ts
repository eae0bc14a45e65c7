import type { Cell } from './cell.js'

const field = (cell: Cell): string => {
  const text = cell === undefined || cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Comma-separated values (RFC 4180), numbers in full. */
export const csv = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [columns, ...rows].map(row => `${row.map(field).join(',')}\r\n`).join('')
