import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from '../../src/cli/codesign.js'
import { openRun, readJournal, readResult } from '../../src/runs/index.js'
import { temporary } from '../runs/toy.js'
import { hasRedis, startRedis } from '../workers/redis.js'
import { barsData } from './bars.js'
import { expectRefused } from './in-process.js'
import { SHAPES } from './shapes.js'
import { said, start, tandem } from './tandem-process.js'

const files = temporary()
const file = (name: string, text: string): string => {
  writeFileSync(join(files, name), text)
  return join(files, name)
}
const root = temporary()
const space = file('shapes.yaml', SHAPES)
const data = barsData(join(files, 'bars'), 'bars', { train: 200 })
const table = file('table.csv', 'arch,accuracy\n')
const basic = [
  ...['codesign', '--space', space, '--objective', 'error', '--objective', 'energy', '--accelerators'],
  file('few.yaml', 'name: few\npeType: [int8, lightpe-1]\nrows: [8, 16]\ncolumns: [8, 16]\n'),
]
const asked = [
  ...[...basic, '--accuracy', 'supernet:shared', '--data', data, '--evaluations', '20'],
  ...['--population', '10', '--images', '40', '--tune-steps', '1', '--tune-batch', '16', '--seed', '1'],
]

/** All that must not depend on who judged the networks. */
function essence(name: string) {
  const run = openRun(root, name)
  const { seconds: _, run: __, ...result } = readResult(run)!
  return { result, journal: readJournal(run).map(({ step, entry }) => ({ step, entry })) }
}

describe('tandem codesign, its networks judged by workers', () => {
  beforeAll(async () => {
    const search = [
      ...['search', '--method', 'one-shot', '--space', space, '--data', data, '--constraint', 'macs<=80%'],
      ...['--batch', '32', '--seed', '3', '--precision', 'float32', '--epochs', '1', '--train-epochs', '1'],
      ...['--candidates', '2', '--generations', '0', '--run', 'shared'],
    ]
    const shared = await tandem(search, root)
    expect(shared.code, shared.stderr).toBe(0)
    const alone = await tandem([...asked, '--run', 'alone'], root)
    expect(alone.code, alone.stderr).toBe(0)
  })

  it('in two threads gives the journal and the front that this thread alone gives', async () => {
    const { code, stderr } = await tandem([...asked, '--workers', '2', '--run', 'threads'], root)
    expect(code, stderr).toBe(0)
    expect(essence('threads')).toEqual(essence('alone'))
    expect(stderr).not.toContain('oneDNN')
    const report = readFileSync(join(root, 'threads', 'report.html'), 'utf8')
    expect(report).toMatch(/Workers: \d+ evaluated by 2 workers/)
    expect(existsSync(join(root, 'threads', 'tuned', 'int8.safetensors'))).toBe(true)
  })

  it('is for networks that have to be run', async () => {
    const tabulated = [...basic, '--accuracy', `table:${table}`]
    await expectRefused(register, [...tabulated, '--workers', '2'], /--workers is for accuracies/)
    await expectRefused(register, [...tabulated, '--queue', 'redis://lab'], /--queue is for accuracies/)
  })

  it.skipIf(!hasRedis)('at a queue gives the same too, stopped and resumed', async () => {
    const redis = await startRedis()
    const worker = start(['worker', '--queue', redis.url], root)
    const run = start([...asked, '--queue', redis.url, '--run', 'queue'], root)
    await said(run, /at work at/)
    run.child.kill('SIGINT')
    const stopped = await run.ended
    expect([0, 130], stopped.stderr).toContain(stopped.code)
    const resumed = await tandem(['runs', 'resume', 'queue'], root)
    if (stopped.code === 130) expect(resumed.code, resumed.stderr).toBe(0)
    expect(essence('queue')).toEqual(essence('alone'))
    worker.child.kill('SIGINT')
    expect((await worker.ended).code).toBe(0)
    await redis.stop()
  })
})
