import { createHash } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RunError } from '../../src/errors.js'
import {
  createRun,
  drive,
  exactJson,
  loadCheckpoint,
  type Run,
  readJournal,
  saveCheckpoint,
} from '../../src/runs/index.js'
import { temporary } from './toy.js'
import { walk } from './toy-job.js'

const root = temporary()
const AT = '2026-01-01T00:00:00.000Z'
const newRun = (): Run => createRun({ root, command: 'walk', config: {}, seed: 0, argv: ['walk'] })
const file = (run: Run, name: string): string => join(run.folder, 'checkpoint', name)
const plain = (run: Run) => readJournal(run).map(({ step, entry }) => ({ step, entry }))

/** A run that broke at step 30, with checkpoints of steps 29 and 28. */
async function broken(): Promise<Run> {
  const run = newRun()
  const onStep = (step: number) => {
    if (step === 30) throw new Error('broke')
  }
  await expect(drive(walk({ onStep }), run, { checkpointSeconds: 0 })).rejects.toThrow('broke')
  return run
}

const tensors = (run: Run, step: number): string =>
  file(run, readdirSync(join(run.folder, 'checkpoint')).find(name => name.startsWith(`step-${step}-`))!)

const damages: readonly (readonly [string, (run: Run) => void])[] = [
  [
    'whose JSON was changed',
    run =>
      writeFileSync(
        file(run, 'current.json'),
        readFileSync(file(run, 'current.json'), 'utf8').replace('"step":29', '"step":27'),
      ),
  ],
  ['whose JSON is cut short', run => truncateSync(file(run, 'current.json'), 100)],
  ['whose JSON is empty', run => truncateSync(file(run, 'current.json'), 0)],
  ['whose JSON is missing', run => rmSync(file(run, 'current.json'))],
  ['whose tensors are cut short', run => truncateSync(tensors(run, 29), 200)],
  ['whose tensors are missing', run => rmSync(tensors(run, 29))],
]

describe('a checkpoint', () => {
  it('gives back every number bit for bit, also those that JSON does not know', () => {
    const run = newRun()
    const json = { numbers: [Infinity, -Infinity, NaN, -0, 0.1, 5e-324], text: 'ü\u2028', nothing: null }
    const data = Float32Array.of(Infinity, NaN, -0, 1e-45)
    saveCheckpoint(
      run,
      { json, tensors: { t: { shape: [2, 2], data } } },
      { step: 0, journalBytes: 0, at: AT },
    )
    const { snapshot, warning } = loadCheckpoint(run)!
    expect(snapshot.json).toEqual(json)
    expect(snapshot.tensors['t']).toEqual({ shape: [2, 2], data })
    expect(warning).toBeUndefined()
  })

  it('keeps the one before it, and no more', async () => {
    const names = readdirSync(join((await broken()).folder, 'checkpoint')).sort()
    expect(names).toEqual([
      'current.json',
      'previous.json',
      expect.stringMatching(/^step-28-\w{8}\.safetensors$/),
      expect.stringMatching(/^step-29-\w{8}\.safetensors$/),
    ])
  })

  it.each(damages)('%s falls back on the previous one and says so', async (_, damage) => {
    const run = await broken()
    damage(run)
    const { step, warning } = loadCheckpoint(run)!
    expect(step).toBe(28)
    expect(warning).toMatch(/newest checkpoint is damaged .*previous one, step 28/)

    const lines: string[] = []
    const progress = { update() {}, end() {}, line: (text: string) => void lines.push(text) }
    const result = await drive(walk(), run, { progress })
    expect(lines[0]).toBe(warning)
    const undisturbed = newRun()
    expect(result).toEqual(await drive(walk(), undisturbed))
    expect(plain(run)).toEqual(plain(undisturbed))
  })

  it('that is damaged, with the previous one damaged too, is refused', async () => {
    const run = await broken()
    truncateSync(tensors(run, 28), 10)
    rmSync(file(run, 'current.json'))
    expect(() => loadCheckpoint(run)).toThrow(RunError)
    expect(() => loadCheckpoint(run)).toThrow(
      /no whole checkpoint: current.json is missing; step-28-.* does not match/,
    )
    await expect(drive(walk(), run)).rejects.toThrow(RunError)
  })

  it('is not overwritten as previous by a damaged one', async () => {
    const run = await broken()
    truncateSync(tensors(run, 29), 10)
    saveCheckpoint(run, { json: 'new', tensors: {} }, { step: 40, journalBytes: 0, at: AT })
    expect(loadCheckpoint(run)!.snapshot.json).toBe('new')
    rmSync(file(run, 'current.json'))
    expect(loadCheckpoint(run)!.step).toBe(28)
  })

  it('of another format is refused, with the version that can go on, also where only the newest is', async () => {
    const run = await broken()
    const text = readFileSync(file(run, 'current.json'), 'utf8')
    const [, body] = /"body":(.*)}\n$/.exec(text.replace('"format":1', '"format":2'))!
    const sha256 = createHash('sha256').update(body!).digest('hex')
    writeFileSync(file(run, 'current.json'), `{"sha256":"${sha256}","body":${body}}\n`)
    const before: Run = { ...run, versions: { ...run.versions, tandem: '9.9.9' } }
    await expect(drive(walk(), before)).rejects.toThrow(
      /current\.json was written by another version of Tandem \(its checkpoints are of format 2, .* format 1\)\. Continue the run with the version that began it, 9\.9\.9/,
    )
    expect(readFileSync(file(run, 'previous.json'), 'utf8')).toContain('"step":28')
  })

  it('and a half-written journal line: the line is dropped and written again', async () => {
    const run = await broken()
    appendFileSync(join(run.folder, 'journal.ndjson'), '{"step":30,"entry":{"dist')
    expect(readJournal(run)).toHaveLength(29)
    await drive(walk(), run)
    expect(readJournal(run).map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
  })
})

it('a checkpoint names its tensors, and no file outside of its folder', async () => {
  const run = await broken()
  rmSync(file(run, 'previous.json'))
  const { body } = JSON.parse(readFileSync(file(run, 'current.json'), 'utf8'))
  const text = JSON.stringify({
    ...body,
    tensors: { ...body.tensors, file: '../../../step-1-00000000.safetensors' },
  })
  const sha256 = createHash('sha256').update(text).digest('hex')
  writeFileSync(file(run, 'current.json'), `{"sha256":"${sha256}","body":${text}}\n`)
  expect(() => loadCheckpoint(run)).toThrow(/current\.json is no checkpoint: [\s\S]*tensors\.file/)
})

it('numbers that plain JSON has not are read back, and nothing else is taken for one', () => {
  const odd = [{ $number: '__proto__' }, { $number: 'toString' }, { $number: 1 }]
  expect(exactJson.parse(JSON.stringify([...odd, { $number: '-0' }]))).toEqual([...odd, -0])
})
