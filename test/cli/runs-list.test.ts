import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { register as runs } from '../../src/cli/runs.js'
import { createRun, drive, listRuns, markFailed, type Run, writeResult } from '../../src/runs/index.js'
import { manyRuns } from '../runs/many-runs.js'
import { temporary } from '../runs/toy.js'
import { walk } from '../runs/toy-job.js'
import { importedModules } from './imported-modules.js'
import { inProcess } from './in-process.js'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Says what the process took when it ends: seconds of CPU, of all threads. */
const METER = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  process.stderr.write('CPU ' + (userCPUTime + systemCPUTime) / 1e6)
})`

/** CPU seconds of the whole process, and what it printed. */
function measured(argv: readonly string[], root: string) {
  const meter = ['--import', `data:text/javascript,${encodeURIComponent(METER)}`]
  const { stdout, stderr, status } = spawnSync(process.execPath, [...meter, main, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, TANDEM_RUNS: root },
    maxBuffer: 2 ** 26,
  })
  expect(status).toBe(0)
  return { seconds: Number(/CPU (.*)$/.exec(stderr)![1]), lines: stdout.trimEnd().split('\n') }
}

function mixed(): string {
  const root = temporary()
  const create = (name: string, command: string): Run =>
    createRun({ root, name, command, config: { large: 'x'.repeat(1e5) }, seed: 0, argv: [command] })
  writeResult(create('b-first', 'search'), { asked: [], solutions: [] })
  markFailed(create('a-second', 'prune'), new Error('no data'))
  create('c-third', 'search')
  return root
}

const names = async (root: string, ...argv: string[]) =>
  (JSON.parse((await inProcess(runs, ['runs', 'list', '--json', ...argv], root)).stdout) as Run[]).map(
    ({ name }) => name,
  )

describe('tandem runs list', () => {
  it('has the newest last, and takes a state, a command and a limit', async () => {
    const root = mixed()
    expect(await names(root)).toEqual(['b-first', 'a-second', 'c-third'])
    expect(await names(root, '--state', 'failed')).toEqual(['a-second'])
    expect(await names(root, '--command', 'search')).toEqual(['b-first', 'c-third'])
    expect(await names(root, '--limit', '2')).toEqual(['a-second', 'c-third'])
    expect(await names(root, '--command', 'search', '--state', 'done', '--limit', '9')).toEqual(['b-first'])
    const { stdout } = await inProcess(runs, ['runs', 'list', '--state', 'running'], root)
    expect(stdout).toBe(`There are no such runs in ${root}.\n`)
  })

  it.each([
    ['--state', 'lost', /Allowed choices are running, interrupted, done, failed/],
    ['--limit', '0', /Expected a whole number, 1 or more/],
  ])('%s %s is wrong input', async (option, value, message) => {
    const { code, stderr } = await inProcess(runs, ['runs', 'list', option, value], temporary())
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('reads what was written by hand, in whatever order and form', () => {
    const root = mixed()
    const file = join(root, 'c-third', 'config.json')
    const { started, ...rest } = JSON.parse(readFileSync(file, 'utf8'))
    const listed = () => listRuns(root).map(({ name, state }) => `${name} ${state}`)
    writeFileSync(file, JSON.stringify({ ...rest, started }))
    expect(listed()).toEqual(['b-first done', 'a-second failed', 'c-third interrupted'])
    writeFileSync(file, JSON.stringify({ started: '1999-01-01T00:00:00.000Z', ...rest }, null, 4))
    expect(listed()).toEqual(['c-third interrupted', 'b-first done', 'a-second failed'])
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -9))
    expect(listed()).toEqual(['c-third failed', 'b-first done', 'a-second failed'])
  })

  it('does not take a configuration that was cut off for a whole one', () => {
    const root = mixed()
    const file = join(root, 'b-first', 'config.json')
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 5e4))
    expect(listRuns(root)[0]).toMatchObject({
      name: 'b-first',
      state: 'failed',
      error: expect.stringContaining('config.json cannot be read'),
    })
  })

  it('lists 10,000 finished runs in less than a second, all in all', async () => {
    const root = await manyRuns(10_000)
    onTestFinished(() => rmSync(root, { recursive: true }))
    const took = [1, 2, 3].map(() => measured(['runs', 'list'], root))
    expect(took[0]!.lines).toHaveLength(10_001)
    expect(took[0]!.lines.at(-1)).toMatch(/^search-9999 +search +done +2\/2 walk/)
    expect(Math.min(...took.map(({ seconds }) => seconds))).toBeLessThan(1)
  }, 300_000)

  it('loads neither schemas nor networks for it', () => {
    const root = temporary()
    mkdirSync(join(root, 'no-run'))
    const { modules } = importedModules(['runs', 'list'], root)
    expect(modules.some(url => url.includes('/src/runs/list-runs.js'))).toBe(true)
    expect(
      modules.filter(url => /node_modules\/(?!commander\/)|\/src\/(network|engine)\//.test(url)),
    ).toEqual([])
  })
})

it('a run that works is listed as running', async () => {
  const root = temporary()
  const run = createRun({ root, command: 'search', config: {}, seed: 0, argv: [] })
  const seen: string[] = []
  await drive(walk({ steps: 1, onStep: () => seen.push(listRuns(root)[0]!.state) }), run)
  expect(seen).toEqual(['running'])
})
