import { afterEach, describe, expect, it, vi } from 'vitest'
import { InterruptedError, NothingYetError, RunError } from '../../src/errors.js'
import {
  createRun,
  deadlineIn,
  drive,
  loadCheckpoint,
  type Progress,
  type Run,
  readJournal,
  readStatus,
  runState,
  writeResult,
} from '../../src/runs/index.js'
import { versionWarning } from '../../src/runs/other-version.js'
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

  describe('at its deadline', () => {
    const onLook = (calls: number) => {
      let left = calls
      return { passed: () => left-- === 0 }
    }

    it('ends with the best so far and says where, and goes on to the full result', async () => {
      const run = newRun()
      const lines: string[] = []
      const progress = { update() {}, end() {}, line: (text: string) => void lines.push(text) }
      const early = await drive(walk({ steps: 40 }), run, { deadline: onLook(15), progress })
      expect(early.furthest).toBeGreaterThan(0)
      expect(lines.at(-1)).toBe('The deadline has passed at 15 of 40, walk: ending with the best so far.')
      expect(loadCheckpoint(run)!.step).toBe(15)
      expect(readStatus(run)).toMatchObject({ endedEarly: true, progress: { done: 15 } })
      const outcome = { asked: [], solutions: [] }
      expect(writeResult(run, outcome).endedEarly).toEqual({ done: 15, total: 40, label: 'walk' })

      const whole = await drive(walk({ steps: 40 }), run)
      expect(whole).toEqual(await drive(walk({ steps: 40 }), newRun()))
      expect(writeResult(run, outcome).endedEarly).toBeUndefined()
    })

    it('that comes when all is done has cut nothing short', async () => {
      const run = newRun()
      await drive(walk({ steps: 5 }), run, { deadline: onLook(5) })
      expect(readStatus(run).endedEarly).toBeUndefined()
    })

    it('before there is anything to give, says what is needed and how to go on, and has not failed', async () => {
      const run = newRun()
      const job = walk({ steps: 40 })
      const result = async () => {
        throw new NothingYetError('the walk has not begun')
      }
      const early = drive({ ...job, result }, run, { deadline: onLook(0) })
      await expect(early).rejects.toThrow(
        `The deadline has passed, and there is nothing to give yet: the walk has not begun. Everything so far is safe. Continue with: tandem runs resume ${run.name}`,
      )
      await expect(early).rejects.toBeInstanceOf(RunError)
      expect(runState(run)).toBe('interrupted')
      expect(await drive(walk({ steps: 40 }), run)).toEqual(await drive(walk({ steps: 40 }), newRun()))
    })

    it('goes by a clock of its own, which passes once', () => {
      let now = 5000
      const deadline = deadlineIn(90, () => now)
      expect(deadline.passed()).toBe(false)
      now += 89_999
      expect(deadline.passed()).toBe(false)
      now += 1
      expect(deadline.passed()).toBe(true)
    })
  })

  describe('while the clock goes back', () => {
    /** An hour back at every look. */
    const backward = () => {
      let now = Date.UTC(2030, 0, 1)
      vi.spyOn(Date, 'now').mockImplementation(() => {
        now -= 3_600_000
        return now
      })
    }
    afterEach(() => void vi.restoreAllMocks())

    it('counts time forward, and its journal stays in order when it is resumed too', async () => {
      const run = newRun()
      backward()
      const rates: (number | undefined)[] = []
      const progress = {
        update: ({ ratePerSecond }: Progress) => void rates.push(ratePerSecond),
        line() {},
        end() {},
      }
      const stop = walk({ steps: 30, stepMs: 2, onStep: step => void (step === 20 && controller.abort()) })
      const controller = new AbortController()
      await expect(drive(stop, run, { progress, signal: controller.signal })).rejects.toThrow(
        InterruptedError,
      )
      expect(readStatus(run).seconds).toBeGreaterThan(0.03)
      await drive(walk({ steps: 30 }), run, { progress })
      const times = readJournal(run).map(({ at }) => at)
      expect(times).toHaveLength(30)
      expect(times).toEqual(times.toSorted())
      for (const rate of rates) if (rate !== undefined) expect(rate).toBeGreaterThan(0)
    })

    it('does not miss its deadline', async () => {
      const run = newRun()
      backward()
      const deadline = deadlineIn(0.1)
      await drive(walk({ steps: 1e9 }), run, { deadline })
      expect(readStatus(run).endedEarly).toBe(true)
    })
  })

  describe('by another version', () => {
    const other = (run: Run, name: string, version: string): Run => ({
      ...run,
      versions: { ...run.versions, [name]: version },
    })

    it('warns when it goes on from a checkpoint, and the result says which versions made it', async () => {
      const run = newRun()
      await drive(walk({ steps: 10 }), run)
      const lines: string[] = []
      const progress = { update() {}, end() {}, line: (text: string) => void lines.push(text) }
      const before = other(run, 'tandem', '0.0.1')
      await drive(walk({ steps: 20 }), before, { progress })
      const now = run.versions.tandem
      expect(lines[0]).toMatch(
        new RegExp(`^Warning: this run began with tandem 0\\.0\\.1, now ${now}\\. Its result may differ`),
      )
      expect(writeResult(before, { asked: [], solutions: [] }).versions).toEqual({
        ...run.versions,
        tandem: `${now}, begun with 0.0.1`,
      })
      expect(versionWarning(run)).toBeUndefined()
    })
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
