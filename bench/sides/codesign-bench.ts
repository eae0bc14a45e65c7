import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccuracyTable } from '../../src/codesign/index.js'
import { csv, drawFigure, standalone } from '../../src/runs/index.js'

/** What the parts of the bench share. */
export interface CodesignBench {
  readonly table: AccuracyTable
  readonly seeds: number
  readonly evaluations: number
  readonly generations: number
  readonly write: ReturnType<typeof writer>
}

/** Writes under a folder of documents. */
export const writer = (docs: string) => ({
  csv(name: string, columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    mkdirSync(join(docs, 'data'), { recursive: true })
    writeFileSync(join(docs, 'data', `${name}.csv`), csv(columns, rows))
  },
  async figure(name: string, title: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
    mkdirSync(join(docs, 'images'), { recursive: true })
    writeFileSync(join(docs, 'images', `${name}.svg`), standalone(await drawFigure({ title, spec }, name)))
  },
})

/** Six significant digits, for a table. */
export const digits = (value: number): number => Number(value.toPrecision(6))
