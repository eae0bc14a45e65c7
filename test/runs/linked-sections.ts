import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

/** That every link of a run's report.html has where it leads, and that these sections are there and led to. */
export function expectLinked(folder: string, sections: readonly string[]): void {
  const page = readFileSync(join(folder, 'report.html'), 'utf8')
  const ids = new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!))
  const links = [...page.matchAll(/\shref="#([^"]+)"/g)].map(([, id]) => id!)
  expect(links.filter(id => !ids.has(id))).toEqual([])
  expect(sections.filter(id => !ids.has(id) || !links.includes(id))).toEqual([])
}
