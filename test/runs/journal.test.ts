import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRun, journalLines, readJournal } from '../../src/runs/index.js'
import { temporary } from './toy.js'

const newRun = () => createRun({ root: temporary(), command: 'search', config: {}, seed: 0, argv: [] })
const fileOf = ({ folder }: { folder: string }) => join(folder, 'journal.ndjson')
const lineOf = (step: number, text: string) => `${JSON.stringify({ step, entry: { text }, at: '' })}\n`

describe('a journal', () => {
  it('is read line after line, however long a line and wherever a letter is cut', () => {
    const run = newRun()
    // Three bytes a letter, and more than a megabyte a line: no chunk ends between two letters by chance.
    const texts = ['', 'x', '→'.repeat(400_000), 'λ², 5×5 → '.repeat(90_000), 'end']
    writeFileSync(fileOf(run), texts.map((text, i) => lineOf(i, text)).join(''))
    const read = [...journalLines(run)]
    expect(read.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4])
    expect(read.every(({ entry }, i) => entry['text'] === texts[i])).toBe(true)
    expect(readJournal(run)).toEqual(read)
  })

  it('is empty where there is none, and ends before a half-written last line', () => {
    const run = newRun()
    expect([...journalLines(run)]).toEqual([])
    writeFileSync(fileOf(run), lineOf(1, 'a') + lineOf(2, 'b'))
    appendFileSync(fileOf(run), '{"step":3,"entry":{"te')
    expect([...journalLines(run)].map(({ step }) => step)).toEqual([1, 2])
  })

  it('gives what comes before a damaged line, and names that line', () => {
    const run = newRun()
    writeFileSync(fileOf(run), `${lineOf(1, 'a')}{"step":2,\n${lineOf(3, 'c')}`)
    const lines = journalLines(run)
    expect(lines.next().value).toMatchObject({ step: 1 })
    expect(() => lines.next()).toThrow(/journal\.ndjson:2 is not JSON/)
  })

  it('is closed when no more of it is wanted', () => {
    const run = newRun()
    writeFileSync(fileOf(run), lineOf(1, 'a') + lineOf(2, 'b'))
    for (const { step } of journalLines(run)) {
      expect(step).toBe(1)
      break
    }
    expect([...journalLines(run)]).toHaveLength(2)
  })
})
