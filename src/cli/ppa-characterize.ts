import { availableParallelism } from 'node:os'
import { resolve as absolute, join } from 'node:path'
import type { Command } from 'commander'
import { InputError } from '../errors.js'
import type { DataPoint, DataSet, PeDesign } from '../hardware/index.js'
import type { ReportTable, Run } from '../runs/index.js'
import { type LongOptions, longCommand } from './long-command.js'
import { positiveInteger } from './number-options.js'
import { outputFile } from './output-file.js'
import { type StaffOptions, staffOf, staffOptions, staffPool } from './staff-options.js'
import type { FrameOptions } from './with-run.js'

interface Settings {
  readonly points: number
  readonly seeds: number
}

/** What the run folder keeps. */
type Config = Settings & StaffOptions & { readonly library: string; readonly out?: string }

/** A design that takes longer is given up. */
const LIMIT_SECONDS = 600

/** Designs that are in hand at a time, whoever has joined a queue. */
const QUEUED = 64

/** `tandem ppa characterize`: synthesizes, times and simulates sampled processing elements into a data set. */
export function register(ppa: Command): void {
  const command = ppa
    .command('characterize')
    .description('synthesize, time and simulate processing elements: a data set')
    .option('--library <file>', 'standard cell library in liberty format, .lib or .lib.gz')
    .option('--points <n>', 'designs to sample, over all PE types', positiveInteger, 600)
    .option(
      '--seeds <n>',
      'passes with random data that a design’s energy is averaged over',
      positiveInteger,
      8,
    )
    .option('--out <file>', 'write the data set here too (default: only points.csv in the run folder)')
  longCommand(staffOptions(command, 'as many as cores'), ['library']).action(
    async (options: LongOptions & Settings & StaffOptions & { library: string; out?: string }) => {
      const { createRun } = await import('../runs/index.js')
      const { readLibrary } = await import('../hardware/characterize/index.js')
      const { points, seeds, workers, queue, seed, run: name } = options
      const out = options.out === undefined ? {} : { out: outputFile(options.out) }
      const staff = queue === undefined ? { workers: workers ?? availableParallelism() } : { queue }
      const config: Config = { library: absolute(options.library), points, seeds, ...staff, ...out }
      const inputs = { [config.library]: readLibrary(options.library).digest }
      await staffOf(options, 0)
      await resume(createRun({ name, command: 'ppa-characterize', config, seed, inputs }), options)
    },
  )
}

/** Does or continues a characterization in its run folder. */
export async function resume(run: Run, options: FrameOptions): Promise<void> {
  const { characterizeJob, characterizerSetup, readLibrary } = await import(
    '../hardware/characterize/index.js'
  )
  const { isMeasured, writeDataSet } = await import('../hardware/index.js')
  const { checkInputs, drive, readStatus } = await import('../runs/index.js')
  const { table } = await import('./table.js')
  const { withRun } = await import('./with-run.js')
  const { library: file, out, workers, queue, points, seeds } = run.config as Config
  const staff = await staffOf({ ...(queue === undefined ? { workers: workers! } : { queue }) }, 0)
  await withRun(run, options, async session => {
    const { progress } = session
    const library = readLibrary(file)
    checkInputs(run, { [file]: library.digest })
    const asked = { library, points, seeds, seed: run.seed }
    const work = { kind: 'characterize', setup: characterizerSetup(asked), limitSeconds: LIMIT_SECONDS }
    const pool = await staffPool<PeDesign, DataPoint>(staff, work, progress)
    const evaluate = async (design: PeDesign) => (await pool.evaluate([design]))[0]!
    const ahead = 'queue' in staff ? QUEUED : Math.max(1, 2 * staff.threads)
    const job = characterizeJob({ ...asked, evaluate, ahead })
    const data = await drive(job, run, session).finally(pool.close)
    progress.line(pool.note())
    for (const file of [join(run.folder, 'points.csv'), ...(out === undefined ? [] : [out])]) {
      writeDataSet(file, data.points, data.header)
      progress.line(`Data set: ${file}`)
    }
    const summary = await summaryOf(data)
    progress.end()
    if (!options.json && options.print !== false)
      process.stdout.write(`${summary.title}\n${table(summary.columns, summary.rows)}\n`)
    const short = readStatus(run).endedEarly ? await shortNotes(data) : []
    for (const note of short) progress.line(note)
    const failed = data.points.filter(point => !isMeasured(point)).length
    return {
      asked: [],
      solutions: [],
      report: {
        title: `Characterization of processing elements, ${data.header.library}`,
        notes: [
          'Area and leakage of the mapped cells, critical path by static timing, energy by gate-level simulation of full-rate passes with random data; before layout.',
          pool.note(),
          ...short,
          ...(failed > 0 ? [`${failed} designs failed; the data set says why.`] : []),
        ],
        tables: [summary],
        figures: [],
      },
    }
  })
}

/** Of a characterization that a deadline cut short: how far it is, and whether models can be fitted to it. */
async function shortNotes({ points, header }: DataSet): Promise<readonly string[]> {
  const { checkPoints } = await import('../hardware/index.js')
  const far = `Characterized so far: ${points.length} designs`
  try {
    checkPoints(points, { header })
    return [`${far}, enough to fit models to.`]
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return [`${far}, too few to fit models to: ${error.message}`]
  }
}

/** Medians by type and place of scratchpads. */
async function summaryOf({ points }: DataSet): Promise<ReportTable> {
  const { isMeasured, PE_TYPES } = await import('../hardware/index.js')
  const { median } = await import('simple-statistics')
  const rows = (['inside', 'outside'] as const).flatMap(place =>
    PE_TYPES.flatMap(type => {
      const group = points.filter(({ design }) => design.type === type && design.scratchpads === place)
      const measured = group.filter(isMeasured)
      if (measured.length === 0) return []
      const of = (value: (point: (typeof measured)[number]) => number, digits: number) =>
        Number(median(measured.map(value)).toPrecision(digits))
      return [
        [
          place,
          type,
          measured.length,
          group.length - measured.length,
          of(({ figures }) => figures.areaUm2, 5),
          of(({ figures }) => figures.criticalPathNs, 4),
          of(({ figures }) => figures.energyPjPerMac, 4),
          of(({ energySpread }) => 100 * energySpread, 2),
          of(({ seconds }) => seconds, 3),
        ],
      ]
    }),
  )
  return {
    title: 'Medians by type',
    columns: ['scratchpads', 'type', 'designs', 'failed', 'area µm²', 'ns', 'pJ/MAC', 'spread %', 'seconds'],
    rows,
  }
}
