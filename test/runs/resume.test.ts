import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { random } from '../../src/random.js'
import { loadCheckpoint, openRun, runState } from '../../src/runs/index.js'
import { essence, startToy, temporary, toy } from './toy.js'

const root = temporary()
const STEPS = ['--steps', '200', '--step-ms', '1', '--seed', '7']

describe('a run that is stopped and resumed', () => {
  beforeAll(async () => {
    expect(await toy([...STEPS, '--run', 'undisturbed'], root)).toMatchObject({ code: 0 })
  })

  it('killed at random moments, gives the journal and result of an undisturbed one, bit for bit', async () => {
    const moments = random(1, 'moments')
    let kills = 0
    for (let i = 0; i < 6; i++) {
      const { process, working, ended } = startToy([...STEPS, '--run', 'killed'], root, true)
      await working
      await setTimeout(moments.uniform() * 60)
      process.kill('SIGKILL')
      if ((await ended).code === null) kills++
    }
    expect(kills).toBeGreaterThanOrEqual(3)
    expect(runState(openRun(root, 'killed'))).toBe('interrupted')
    expect(await toy([...STEPS, '--run', 'killed'], root, true)).toMatchObject({ code: 0 })
    expect(essence(root, 'killed')).toEqual(essence(root, 'undisturbed'))
  })

  it('on Ctrl-C ends with code 130, a checkpoint and the command that continues it', async () => {
    const { process, working, ended } = startToy([...STEPS, '--run', 'stopped'], root)
    await working
    process.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/Interrupted at \d+ of 200; .*tandem runs resume stopped/)
    const run = openRun(root, 'stopped')
    expect(runState(run)).toBe('interrupted')
    const step = Number(/Interrupted at (\d+)/.exec(stderr)![1])
    expect(loadCheckpoint(run)!.step).toBe(step)
    expect(existsSync(join(run.folder, 'lock'))).toBe(false)
    await toy([...STEPS, '--run', 'stopped'], root, true)
    expect(essence(root, 'stopped')).toEqual(essence(root, 'undisturbed'))
  })

  it('is not touched by a second process while the first works on it', async () => {
    // Slow, so that it is still at work when the other one has started.
    const first = startToy([...STEPS, '--step-ms', '40', '--run', 'shared'], root)
    await first.working
    const second = await toy([...STEPS, '--run', 'shared'], root, true)
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`is being worked on by process ${first.process.pid}`)
    expect((await first.ended).code).toBe(0)
    expect(essence(root, 'shared')).toEqual(essence(root, 'undisturbed'))
    expect(runState(openRun(root, 'shared'))).toBe('done')
  })

  it('once done, gives the same result again', async () => {
    const before = essence(root, 'undisturbed')
    expect(await toy([...STEPS, '--run', 'undisturbed'], root, true)).toMatchObject({ code: 0 })
    expect(essence(root, 'undisturbed')).toEqual(before)
  })
})
