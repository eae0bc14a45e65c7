import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'

/** A fenced block of a page. */
export interface FencedBlock {
  /** The page and the line that its first line of text is on. */
  readonly where: string
  readonly page: string
  readonly language: string
  readonly text: string
}

/** The pages that people read first to last: the README, then docs by name. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(packageRoot, 'docs'))
    .filter(file => file.endsWith('.md'))
    .sort()
    .map(file => `docs/${file}`),
]

/** Every fenced block of these pages, in order. */
export const fencedBlocks = (pages: readonly string[] = PAGES): readonly FencedBlock[] =>
  pages.flatMap(page => {
    const source = readFileSync(join(packageRoot, page), 'utf8')
    return [...source.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(({ 1: language, 2: text, index }) => ({
      where: `${page}:${source.slice(0, index).split('\n').length + 1}`,
      page,
      language: language!,
      text: text!,
    }))
  })
