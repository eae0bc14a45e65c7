import { describe, expect, it } from 'vitest'
import { InterruptedError } from '../../src/errors.js'
import { createRun, drive, loadCheckpoint, type Progress, readStatus } from '../../src/runs/index.js'
import { pace } from '../../src/runs/progress.js'
import { temporary } from './toy.js'
import { walk } from './toy-job.js'

const root = temporary()
const newRun = () => createRun({ root, command: 'walk', config: {}, seed: 0, argv: ['walk'] })

describe('driving a job', () => {
  it('reports its progress and the lines it wants to be seen', async () => {
    const seen: Progress[] = []
    const lines: string[] = []
    const progress = {
      update: (p: Progress) => void seen.push(p),
      line: (text: string) => void lines.push(text),
      end() {},
    }
    await drive(walk({ steps: 25 }), newRun(), { progress })
    expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: 26 }, (_, i) => i))
    expect(lines).toHaveLength(3)
  })

  it('stops after the step in hand when it is told to, even if steps never wait', async () => {
    const run = newRun()
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20)
    const endless = drive(walk({ steps: 1e9 }), run, { signal: controller.signal })
    await expect(endless).rejects.toThrow(InterruptedError)
    expect(loadCheckpoint(run)!.step).toBe(readStatus(run).progress!.done)
  })

  it('ends at the deadline with the best so far, and can still be driven on', async () => {
    const run = newRun()
    const deadline = new Date(Date.now() + 400)
    const early = await drive(walk({ steps: 400, stepMs: 5 }), run, { deadline })
    expect(early.furthest).toBeGreaterThan(0)
    expect(readStatus(run).progress!.done).toBeLessThan(400)
    expect(await drive(walk({ steps: 400 }), run)).toEqual(await drive(walk({ steps: 400 }), newRun()))
  })

  it('adds up the working time of all sessions', async () => {
    const run = newRun()
    await drive(walk({ steps: 10, stepMs: 3 }), run)
    const first = readStatus(run).seconds
    await drive(walk({ steps: 20, stepMs: 3 }), run)
    expect(first).toBeGreaterThan(0.025)
    expect(readStatus(run).seconds).toBeGreaterThan(first + 0.025)
  })

  it('measures the rate over the last minute', () => {
    let now = 0
    const paced = pace(() => now)
    expect(paced({ done: 0, total: 100, label: '' }).ratePerSecond).toBeUndefined()
    now = 10_000
    expect(paced({ done: 20, total: 100, label: '' })).toMatchObject({ ratePerSecond: 2, secondsLeft: 40 })
    now = 70_000
    expect(paced({ done: 26, total: 100, label: '' }).ratePerSecond).toBeCloseTo(0.1)
  })
})
