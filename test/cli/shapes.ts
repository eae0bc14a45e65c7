import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableYaml, toTable } from '../../src/cost/index.js'

/** A space of two searchable blocks on 8×8 images of `barsData`: 4 · 5 networks. */
export const SHAPES = `name: shapes
input: [8, 8, 1]
classes: 5
batchNorm: { epsilon: 1.0e-3, momentum: 0.9 }
stem: { filters: 4 }
stages:
  - { fixed: { filters: 4 } }
  - { blocks: 2, filters: 6, stride: 2, kernels: [3, 5], expansions: [3, 6], skip: true }
head: { filters: 16, dropout: 0.1 }
`

/** What each choice of a block costs in `shapesTable`, in ms. */
export const CHOICES = { '3x3-e3': 0.2, '3x3-e6': 0.4, '5x5-e3': 0.5, '5x5-e6': 1 }

/** A device table in YAML, by default of `SHAPES` whole; what is fixed costs 0.5 ms. */
export const shapesTable = (
  blocks: Record<string, Record<string, number>> = { b01: CHOICES, b02: CHOICES },
  space = 'shapes',
): string =>
  tableYaml(
    toTable({
      schema: 1,
      device: 'paper',
      metric: 'latency',
      unit: 'ms',
      batch: 1,
      space,
      fixedMs: 0.5,
      blocks,
    }),
  )

/** `SHAPES` and its table as files under `root`, and a folder for docs beside them. */
export function shapesFiles(root: string) {
  const file = (name: string) => join(root, name)
  const [space, table, docs] = [file('shapes.yaml'), file('table.yaml'), file('docs')]
  writeFileSync(space, SHAPES)
  writeFileSync(table, shapesTable())
  return { space, table, docs }
}
