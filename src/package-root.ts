import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from
  const parent = dirname(from)
  if (parent === from) throw new Error('Tandem is not installed as a package: no package.json above its code')
  return findRoot(parent)
}

/** The folder that holds Tandem's package.json, and beside it the files that ship: datasets, search spaces. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)))
