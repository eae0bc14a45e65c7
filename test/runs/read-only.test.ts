import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createRun, drive, loadCheckpoint } from '../../src/runs/index.js'
import { temporary } from './toy.js'
import { walk } from './toy-job.js'

const root = temporary()
const mount = (...options: string[]) => spawnSync('mount', [...options, root]).status === 0
const mounted = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', 'size=8m', 'tmpfs')
const remount = (mode: 'ro' | 'rw') => expect(mount('-o', `remount,${mode}`)).toBe(true)
afterAll(() => {
  if (mounted) spawnSync('umount', [root])
})

describe('a folder that has become read-only', () => {
  it.skipIf(!mounted)(
    'ends the run with what is safe, and it goes on once it can be written to',
    async () => {
      const run = createRun({ root, name: 'shut', command: 'toy', config: {}, seed: 0, argv: [] })
      const shut = (step: number) => {
        if (step === 30) remount('ro')
      }
      const closing = drive(walk({ onStep: shut }), run, { checkpointSeconds: 0 })
      await expect(closing).rejects.toThrow(
        /^The disk is read-only: run shut could not write .*\nSafe: the checkpoint of step 29\. .*tandem runs resume shut$/,
      )
      await expect(drive(walk(), run)).rejects.toThrow(/^The disk is read-only: run shut could not write/)
      remount('rw')
      expect(loadCheckpoint(run)!.step).toBe(29)
      const elsewhere = createRun({ root: temporary(), command: 'toy', config: {}, seed: 0, argv: [] })
      expect(await drive(walk(), run)).toEqual(await drive(walk(), elsewhere))
      expect(existsSync(join(run.folder, 'lock'))).toBe(false)
    },
  )

  it.skipIf(!mounted)('takes no new run, and says why', () => {
    remount('ro')
    const make = () => createRun({ root, name: 'late', command: 'toy', config: {}, seed: 0, argv: [] })
    expect(make).toThrow(/The run folder .*late cannot be made: EROFS/)
    remount('rw')
    expect(existsSync(join(root, 'late'))).toBe(false)
  })
})
