import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRun, readResult, resultSchema } from '../../src/runs/index.js'
import { essence, start, temporary, toy } from '../runs/toy.js'

const root = temporary()

function config(text: string): string {
  const file = join(temporary(), 'toy.yaml')
  writeFileSync(file, text)
  return file
}

describe('a long command', () => {
  it('with --json writes the result, and nothing else, to stdout', async () => {
    const { code, stdout } = await toy(['--steps', '5', '--json', '--run', 'json'], root)
    expect(code).toBe(0)
    expect(resultSchema.parse(JSON.parse(stdout))).toEqual(readResult(openRun(root, 'json')))
  })

  it('says where it works on stderr, and with --quiet nothing', async () => {
    const { stderr } = await toy(['--steps', '5', '--run', 'loud'], root)
    expect(stderr).toMatch(/^Run loud, in .*loud\n/)
    expect(await toy(['--steps', '5', '--quiet'], root)).toMatchObject({ code: 0, stderr: '' })
  })

  it('ends with code 3 when nothing meets what was asked, and says by how much', async () => {
    const { code, stdout, stderr } = await toy(['--steps', '5', '--bound', '1', '--run', 'missed'], root)
    expect(code).toBe(3)
    expect(stderr).toMatch(/No solution meets .* The closest, walk: latency \S+ where 1 was asked, off by/)
    expect(stdout).toMatch(/^Asked for: latency <= 1 ms\nSolutions\nname +met +misses/)
    expect(readResult(openRun(root, 'missed'))!.solutions[0]!.met).toBe(false)
  })

  it('with --for ends in time with the best so far, says so everywhere, and goes on to the full result', async () => {
    const argv = ['--steps', '400', '--step-ms', '2', '--seed', '7']
    const early = await toy([...argv, '--for', '200ms', '--run', 'early'], root)
    expect(early.code, early.stderr).toBe(0)
    const { endedEarly, solutions } = readResult(openRun(root, 'early'))!
    expect(endedEarly).toEqual({ done: expect.any(Number), total: 400, label: 'walk' })
    expect(solutions).toHaveLength(1)
    const { done } = endedEarly!
    expect(early.stderr).toContain(
      `Ended early, at its deadline: ${done} of 400, walk. This is the best so far; go on to the full result with: tandem runs resume early`,
    )
    const shown = await start('./toy-process.js', ['runs', 'show', 'early'], root).ended
    expect(shown.stdout).toMatch(/state +done, cut short by its deadline\n/)
    expect(shown.stdout).toMatch(/resume with +tandem runs resume early\n/)

    expect(await toy([...argv, '--run', 'early'], root, true)).toMatchObject({ code: 0 })
    await toy([...argv, '--run', 'undisturbed'], root)
    expect(essence(root, 'early')).toEqual(essence(root, 'undisturbed'))
  })

  it.each([
    [['--steps', '5', '--for', 'soon'], /Expected a span of time, such as 90s, 15min, 2h or 1h30m/],
    [['--steps', 'many'], /option '--steps <n>' argument 'many' is invalid/],
    [['--steps', '5', '--seed', '-1'], /A seed is a whole number/],
    [[], /option '--steps <n>' is needed, on the command line or in --config/],
    [['--steps', '5', '--run', '../x'], /cannot be the name of a run/],
    [['--config', 'none.yaml'], /none\.yaml: no such file/],
  ])('%j is wrong input: code 2, and nothing is written', async (argv, message) => {
    const empty = temporary()
    const { code, stderr } = await toy(argv, empty)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(readdirSync(empty)).toEqual([])
  })

  it('shows a stack trace of what it did not expect with --debug only', async () => {
    const short = await toy(['--steps', '5', '--break'], root)
    expect(short).toMatchObject({ code: 1 })
    expect(short.stderr).toBe(
      'Something went wrong that should not: the toy broke\nRun the command again with --debug to see where.\n',
    )
    expect((await toy(['--steps', '5', '--break', '--debug'], root)).stderr).toMatch(/at .*toy-process/)
  })
})

describe('--config', () => {
  it('fills in what the command line leaves open', async () => {
    const file = config('steps: 5\nseed: 9\nbound: 1e9\n')
    await toy(['--config', file, '--seed', '8', '--run', 'configured'], root)
    expect(openRun(root, 'configured')).toMatchObject({ seed: 8, config: { steps: 5 } })
    expect(readResult(openRun(root, 'configured'))!.asked[0]!.bound).toBe(1e9)
  })

  it.each([
    ['steps: 5\nstep: 6\n', /toy\.yaml:2: step: unknown key; allowed here: run, seed, .*steps/],
    ['steps: many\n', /toy\.yaml:1: steps: expected a number, got "many"/],
    ['steps: 5\nquiet: 3\n', /toy\.yaml:2: quiet: expected boolean, got 3/],
    ['steps: 5\nseed: {a: 1}\n', /toy\.yaml:2: seed: expected number, got \{"a":1\}/],
    ['steps: [\n', /toy\.yaml:\d: /],
  ])('%j is wrong input, and the message names file and line', async (text, message) => {
    const { code, stderr } = await toy(['--config', config(text)], root)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('tandem runs', () => {
  const runs = (...argv: string[]) => start('./toy-process.js', ['runs', ...argv], root).ended

  it('lists, shows, reports and refuses to resume what cannot be', async () => {
    await toy(['--steps', '5', '--bound', '100', '--run', 'shown'], root)
    expect((await runs('list')).stdout).toMatch(/^name +command +state.*^shown +toy +done +5\/5 walk/ms)
    expect(JSON.parse((await runs('list', '--json')).stdout)).toContainEqual(
      expect.objectContaining({ name: 'shown', state: 'done' }),
    )
    const { stdout } = await runs('show', 'shown')
    expect(stdout).toMatch(/^repeat with +tandem toy --steps 5 --bound 100 --run shown$/m)
    expect(stdout).toMatch(/^asked for +latency <= 100 ms$/m)
    expect(JSON.parse((await runs('show', 'shown', '--json')).stdout)).toMatchObject({
      state: 'done',
      result: {},
    })
    expect((await runs('report', 'shown')).stdout).toMatch(/shown\/report\.html\n$/)
    expect(await runs('resume', 'shown')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be resumed'),
    })
  })
})
