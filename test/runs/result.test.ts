import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RunError } from '../../src/errors.js'
import { createRun, readResult, resultSchema, resultTables, writeResult } from '../../src/runs/index.js'
import { temporary } from './toy.js'

const newRun = () => createRun({ root: temporary(), command: 'search', config: {}, seed: 4, argv: [] })
const solution = {
  name: 'found',
  met: false,
  misses: [{ metric: 'latency', bound: 4, value: 4.5, by: 0.5 }],
  cost: { latencyMs: 4.5, macs: 1_000_000 },
  accuracy: { validation: 0.91 },
}
const asked = [{ metric: 'latency', op: '<=' as const, bound: 4 }]

describe('result.json', () => {
  it('says what was asked, what was found, with what and on what', () => {
    const run = newRun()
    const result = writeResult(run, { asked, solutions: [solution] }, 12)
    expect(readResult(run)).toEqual(result)
    expect(Object.keys(result).sort()).toEqual(
      'asked baselines command machine run schema seconds seed solutions versions'.split(' ').sort(),
    )
    expect(result).toMatchObject({ schema: 1, command: 'search', run: 'search-1', seed: 4, seconds: 12 })
    expect(JSON.stringify(result)).not.toContain('hostname')
  })

  it('leaves out what does not apply, and never says 0 for it', () => {
    const result = writeResult(newRun(), { asked, solutions: [solution] })
    expect('measured' in result.solutions[0]!).toBe(false)
    const zero = { ...result, solutions: [{ ...solution, cost: { latencyMs: 0 } }] }
    expect(resultSchema.safeParse(zero).success).toBe(false)
    const [table] = resultTables(result)
    expect(table!.columns).toEqual(['name', 'met', 'misses', 'latency, ms', 'MACs', 'validation accuracy'])
  })

  it('is not written when it is malformed', () => {
    const run = newRun()
    expect(() => writeResult(run, { asked, solutions: [{ ...solution, cost: { latencyMs: NaN } }] })).toThrow(
      /malformed.*latencyMs/s,
    )
    expect(existsSync(join(run.folder, 'result.json'))).toBe(false)
  })

  it('that is damaged is named', () => {
    const run = newRun()
    expect(readResult(run)).toBeUndefined()
    writeFileSync(join(run.folder, 'result.json'), '{"schema":1}')
    expect(() => readResult(run)).toThrow(RunError)
    expect(() => readResult(run)).toThrow(/result\.json is damaged/)
  })
})
