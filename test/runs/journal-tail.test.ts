import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRun } from '../../src/runs/index.js'
import { journalTail } from '../../src/runs/journal-tail.js'
import { temporary } from './toy.js'

const line = (step: number, more = {}) =>
  `${JSON.stringify({ step, entry: { loss: 1 / step, ...more }, at: 'x' })}\n`

function followed(chunk?: number) {
  const run = createRun({ root: temporary(), command: 'toy', config: {}, seed: 0, argv: [] })
  const file = join(run.folder, 'journal.ndjson')
  const read = journalTail(run, chunk)
  const steps = async () => {
    const { lines, ...rest } = await read()
    return { steps: lines.map(({ step }) => step), ...rest }
  }
  return { file, steps }
}

describe('the tail of a journal', () => {
  it('gives what was written since the last look, and nothing twice', async () => {
    const { file, steps } = followed()
    expect(await steps()).toEqual({ steps: [], again: false, more: false })
    writeFileSync(file, line(1) + line(2))
    expect(await steps()).toEqual({ steps: [1, 2], again: false, more: false })
    expect(await steps()).toEqual({ steps: [], again: false, more: false })
    appendFileSync(file, line(3))
    expect(await steps()).toEqual({ steps: [3], again: false, more: false })
  })

  it('waits for the rest of a line that is half written, even in the middle of a character', async () => {
    const { file, steps } = followed()
    const bytes = Buffer.from(line(1, { name: 'größer' }))
    const half = bytes.indexOf(0xc3) + 1
    writeFileSync(file, bytes.subarray(0, half))
    expect((await steps()).steps).toEqual([])
    appendFileSync(file, bytes.subarray(half))
    expect((await steps()).steps).toEqual([1])
  })

  it('says when the journal was cut, and begins again', async () => {
    const { file, steps } = followed()
    writeFileSync(file, line(1) + line(2) + line(3))
    await steps()
    truncateSync(file, line(1).length)
    expect(await steps()).toEqual({ steps: [1], again: true, more: false })
  })

  it('passes over what is no journal line', async () => {
    const { file, steps } = followed()
    writeFileSync(file, `${line(1)}{"step":\n\nnull\n[]\n{"step":"2","entry":{}}\n${line(3)}`)
    expect((await steps()).steps).toEqual([1, 3])
  })

  it('takes a long journal piece by piece, also where a line is longer than a piece', async () => {
    const { file, steps } = followed(50)
    writeFileSync(file, line(1) + line(2, { text: 'x'.repeat(500) }) + line(3) + line(4))
    const found: number[] = []
    for (let more = true; more; ) {
      const part = await steps()
      expect(part.steps.length).toBeLessThan(4)
      found.push(...part.steps)
      more = part.more
    }
    expect(found).toEqual([1, 2, 3, 4])
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5)
  })
})
