import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { RunError } from '../../src/errors.js'
import { createRun, drive, loadCheckpoint, openRun } from '../../src/runs/index.js'
import { essence, temporary, toy } from './toy.js'
import { walk } from './toy-job.js'

const root = temporary()
const mount = (...options: string[]) => spawnSync('mount', [...options, root]).status === 0
const mounted = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', 'size=400k', 'tmpfs')
afterAll(() => {
  if (mounted) spawnSync('umount', [root])
})

describe('a full disk', () => {
  const ARGV = ['--steps', '150', '--padding', '4000', '--seed', '5']

  it.skipIf(!mounted)('ends the run with what is safe, and it goes on once there is room', async () => {
    const { code, stderr } = await toy([...ARGV, '--run', 'full'], root)
    expect(code).toBe(1)
    expect(stderr).toMatch(/The disk is full: run full could not write/)
    const [, step] = /Safe: the checkpoint of step (\d+)\. .*tandem runs resume full/.exec(stderr)!
    expect(loadCheckpoint(openRun(root, 'full'))).toMatchObject({ step: Number(step) })

    const again = await toy([...ARGV, '--run', 'full'], root, true)
    expect(again.stderr).toMatch(/The disk is full/)

    expect(mount('-o', 'remount,size=8m')).toBe(true)
    expect(await toy([...ARGV, '--run', 'full'], root, true)).toMatchObject({ code: 0 })
    const roomy = temporary()
    await toy([...ARGV, '--run', 'roomy'], roomy)
    expect(essence(root, 'full')).toEqual(essence(roomy, 'roomy'))
  })

  it.skipIf(!mounted)('leaves no half-made run folder', () => {
    spawnSync('sh', ['-c', `cat /dev/zero > ${join(root, 'ballast')}`])
    const make = () =>
      createRun({ root, name: 'late', command: 'toy', config: 'x'.repeat(10_000), seed: 0, argv: [] })
    expect(make).toThrow(RunError)
    expect(make).toThrow(/cannot be made.*ENOSPC/)
    expect(existsSync(join(root, 'late'))).toBe(false)
  })

  it.skipIf(!existsSync('/dev/full'))('met by the journal leaves the checkpoint whole', async () => {
    const run = createRun({ root: temporary(), command: 'toy', config: {}, seed: 0, argv: [] })
    const journal = join(run.folder, 'journal.ndjson')
    const fill = (step: number) => {
      if (step !== 10) return
      rmSync(journal)
      symlinkSync('/dev/full', journal)
    }
    await expect(drive(walk({ onStep: fill }), run)).rejects.toThrow(
      /disk is full.*\nSafe: the checkpoint of step 0/,
    )
    rmSync(journal)
    writeFileSync(journal, '')
    expect(loadCheckpoint(run)).toMatchObject({ step: 0 })
    await expect(drive(walk(), run)).resolves.toBeDefined()
  })
})
