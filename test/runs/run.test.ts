import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InputError, RunError } from '../../src/errors.js'
import {
  checkConfig,
  createRun,
  drive,
  listRuns,
  openRun,
  type Run,
  redrawReport,
  runState,
  shellCommand,
  withLock,
} from '../../src/runs/index.js'
import { temporary } from './toy.js'
import { walk } from './toy-job.js'

const create = (root: string, name?: string): Run =>
  createRun({
    root,
    name,
    command: 'search',
    config: { space: 'small' },
    seed: 3,
    argv: ['search', '--seed', '3'],
  })

const rewritten = (run: Run, file: string, change: (text: string) => string): void =>
  writeFileSync(join(run.folder, file), change(readFileSync(join(run.folder, file), 'utf8')))

describe('a run folder that was meddled with', () => {
  it.each([
    ['"argv": [', '"argv": [1, '],
    ['"started"', '"begun"'],
    ['"seed": 3', '"seed": null'],
  ])('is not opened where %s became %s, and the message names the file', (from, to) => {
    const run = create(temporary(), 'mine')
    rewritten(run, 'config.json', text => text.replace(from, to))
    expect(() => openRun(join(run.folder, '..'), 'mine')).toThrow(RunError)
    expect(() => openRun(join(run.folder, '..'), 'mine')).toThrow(/config\.json cannot be read/)
  })

  it('is not resumed from another config; layout and older versions’ files pass', () => {
    const run = create(temporary(), 'mine')
    checkConfig(run)
    rewritten(run, 'config.json', text => JSON.stringify(JSON.parse(text)))
    checkConfig(run)
    rewritten(run, 'config.json', text => text.replace('small', 'large'))
    expect(() => checkConfig(run)).toThrow(/config\.json was changed since the run began/)
    rewritten(run, 'config.json', text => text.replace(/,"sha256":"\w+"/, ''))
    checkConfig(run)
  })

  it('is listed and shown although its status is damaged', () => {
    const run = create(temporary(), 'mine')
    for (const status of ['null', '{"seconds":"x"}', '{"seconds":1,"progress":{}}']) {
      writeFileSync(join(run.folder, 'status.json'), status)
      expect(listRuns(join(run.folder, '..'))).toMatchObject([
        { name: 'mine', state: 'interrupted', seconds: 0 },
      ])
    }
  })

  it.each(['journal.ndjson', 'checkpoint/current.json', 'figures', 'report.html.aside'])(
    'writes to nothing outside, where %s is a link',
    async name => {
      const root = temporary()
      const outside = join(root, 'outside')
      const run = create(root, 'mine')
      symlinkSync(outside, join(run.folder, name))
      await expect(drive(walk(), run)).rejects.toThrow(/is a symbolic link/)
      await expect(redrawReport(run)).rejects.toThrow(/is a symbolic link/)
      expect(existsSync(outside)).toBe(false)
    },
  )
})

describe('a run folder', () => {
  it('is numbered when it is not named, after the highest number there is', () => {
    const root = temporary()
    expect(create(root).name).toBe('search-1')
    mkdirSync(join(root, 'search-7'))
    expect(create(root).name).toBe('search-8')
  })

  it('keeps what is needed to repeat the run', () => {
    const root = temporary()
    create(root, 'mine')
    const run = openRun(root, 'mine')
    expect(run).toMatchObject({
      command: 'search',
      seed: 3,
      config: { space: 'small' },
      argv: ['search', '--seed', '3'],
    })
    expect(run.versions).toMatchObject({ node: process.versions.node, tandem: expect.stringMatching(/^\d/) })
  })

  it('with a name in use is refused, with what to do', () => {
    const root = temporary()
    create(root, 'mine')
    expect(() => create(root, 'mine')).toThrow(InputError)
    expect(() => create(root, 'mine')).toThrow(/named mine already .*\n?.*tandem runs resume mine\n.*--run/)
  })

  it.each(['../x', 'a/b', '.', '..', '', '.hidden', 'a b', 'é', 'a\\b', 'x'.repeat(101)])(
    'is never named %j',
    name => {
      const root = temporary()
      expect(() => create(root, name)).toThrow(InputError)
      expect(() => openRun(root, name)).toThrow(InputError)
      expect(readdirSync(root)).toEqual([])
    },
  )

  it('is listed with its state', async () => {
    const root = temporary()
    create(root, 'fresh')
    const broken = create(root, 'fails')
    const onStep = () => {
      throw new Error('out of luck')
    }
    await expect(drive(walk({ onStep }), broken)).rejects.toThrow('out of luck')
    mkdirSync(join(root, 'damaged'))
    writeFileSync(join(root, 'damaged', 'config.json'), '{')
    mkdirSync(join(root, 'no-run'))
    const states = listRuns(root).map(({ name, state, error }) => [name, state, error])
    expect(states).toContainEqual(['fresh', 'interrupted', undefined])
    expect(states).toContainEqual(['fails', 'failed', 'out of luck'])
    expect(states).toContainEqual([
      'damaged',
      'failed',
      expect.stringContaining('config.json cannot be read'),
    ])
    expect(states).toHaveLength(3)
  })

  it('that is unknown is asked for with the command that lists them', () => {
    expect(() => openRun(temporary(), 'x')).toThrow(/no run named x .*tandem runs list/)
  })
})

describe('the lock of a run', () => {
  const lock = (run: Run, owner: object) => writeFileSync(join(run.folder, 'lock'), JSON.stringify(owner))
  const host = hostname()

  it('of a living process is respected', async () => {
    const run = create(temporary())
    lock(run, { pid: process.ppid, host })
    await expect(drive(walk(), run)).rejects.toThrow(RunError)
    await expect(drive(walk(), run)).rejects.toThrow(`is being worked on by process ${process.ppid}`)
    expect(runState(run)).toBe('running')
  })

  it.each([
    ['of a process that is no more', { pid: 2 ** 22 + 1, host }],
    ['of a process whose number was given to another', { pid: process.ppid, host, born: '1' }],
    ['that is not readable', {}],
  ])('%s is taken over', async (_, owner) => {
    const run = create(temporary())
    lock(run, owner)
    await expect(drive(walk(), run)).resolves.toBeDefined()
    expect(readdirSync(run.folder).filter(name => name.startsWith('lock'))).toEqual([])
  })

  it('of another machine is respected, and the message says which file to delete', async () => {
    const run = create(temporary())
    lock(run, { pid: 1, host: 'elsewhere' })
    await expect(drive(walk(), run)).rejects.toThrow(/process 1 on elsewhere.*delete .*lock/)
  })

  it('is held through nested work and given back', async () => {
    const run = create(temporary())
    await withLock(run, async () => {
      await drive(walk({ steps: 2 }), run)
      expect(existsSync(join(run.folder, 'lock'))).toBe(true)
    })
    expect(existsSync(join(run.folder, 'lock'))).toBe(false)
  })
})

it('a command line can be pasted into a shell', () => {
  expect(shellCommand(['search', '--constraint', 'latency<=4ms', "it's"])).toBe(
    "tandem search --constraint 'latency<=4ms' 'it'\\''s'",
  )
})
