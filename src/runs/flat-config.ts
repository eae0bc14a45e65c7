import type { Cell } from './cell.js'

/**
 * What is nested as one list of key paths: `search.epochs`, `space.blocks.3.filters`. Lists of plain values are one
 * value.
 */
export function flatConfig(value: unknown, path = ''): ReadonlyMap<string, Cell> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value as Cell]])
  if (Array.isArray(value) && value.every(each => typeof each !== 'object' || each === null))
    return new Map([[path, value.join(', ')]])
  const below = (key: string) => (path === '' ? key : `${path}.${key}`)
  return new Map(Object.entries(value).flatMap(([key, each]) => [...flatConfig(each, below(key))]))
}
