import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readTable } from '../../../src/cost/index.js'
import { openRun, readJournal, readResult } from '../../../src/runs/index.js'
import { temporary } from '../../runs/toy.js'
import { start, tandem } from '../tandem-process.js'
import { expectEndedEarly, expectInterrupted, PATIENCE } from './disturbed.js'

// No two profiles measure the same times; what must not be lost are the rounds that are done.
it(
  'a profile that is stopped, ended early and killed keeps its rounds, and ends with all of them',
  async () => {
    const root = temporary()
    const where = { root, name: 'profile' }
    const rounds = () => readJournal(openRun(root, 'profile')).map(({ entry }) => entry)
    const table = () => readTable(join(root, 'profile', 'table.yaml'))
    const first = start(['profile', '--space', 'cifar10-tiny', '--rounds', '2', '--run', 'profile'], root)
    await expectInterrupted(first, { ...where, lines: 1 })
    const [begun] = rounds()

    await expectEndedEarly(start(['runs', 'resume', 'profile', '--for', '1ms'], root), where)
    expect(table().rounds).toBe(1)
    expect(readFileSync(join(root, 'profile', 'report.html'), 'utf8')).toContain(
      'Ended early, at its deadline',
    )

    const killed = start(['runs', 'resume', 'profile'], root)
    killed.child.kill('SIGKILL')
    await killed.ended
    const { code, stderr } = await tandem(['runs', 'resume', 'profile'], root)
    expect(code, stderr).toBe(0)
    expect(rounds()).toHaveLength(2)
    expect(rounds()[0]).toEqual(begun)
    expect(table().rounds).toBe(2)
    expect(readResult(openRun(root, 'profile'))!.endedEarly).toBeUndefined()
  },
  PATIENCE,
)
