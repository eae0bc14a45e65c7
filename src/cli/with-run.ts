import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { InfeasibleError } from '../errors.js'
import {
  askedLines,
  type Deadline,
  deadlineIn,
  formatCell,
  leavesResumable,
  markFailed,
  type Outcome,
  type ProgressSink,
  type ReportContent,
  type ReportTable,
  type Run,
  resultTables,
  resumeCommand,
  type TandemResult,
  withLock,
  writeReport,
  writeResult,
} from '../runs/index.js'
import { interruption } from './interruption.js'
import type { ResumeOptions } from './long-command.js'
import { progressSink } from './progress-sink.js'
import { table } from './table.js'

/** What a command's work is handed: pass both on to `drive`. */
export interface Session {
  readonly signal: AbortSignal
  readonly progress: ProgressSink
  readonly deadline?: Deadline
  readonly checkpointSeconds?: number
}

/** `print: false` for a run that is a part of another command's work: its result is only written. */
export interface FrameOptions extends ResumeOptions {
  readonly print?: boolean
}

/** What it hands back. Without `report` there is no report.html; `shown` are tables for the terminal too. */
export interface Work extends Outcome {
  readonly report?: ReportContent
  readonly shown?: readonly ReportTable[]
}

/**
 * The frame of every long command, new or resumed: holds the run's lock, listens for Ctrl-C, keeps to `--for`, shows
 * progress, writes result.json and report.html, prints the result. Throws InfeasibleError (exit code 3) when something
 * was asked and no solution meets it; the closest ones are written all the same.
 */
export function withRun(
  run: Run,
  options: FrameOptions,
  work: (session: Session) => Promise<Work>,
): Promise<void> {
  return withLock(run, async () => {
    const progress = progressSink({ quiet: options.quiet })
    const { signal, release } = interruption(progress.line)
    const started = performance.now()
    try {
      progress.line(`Run ${run.name}, in ${run.folder}`)
      const { report, shown, ...outcome } = await work({ signal, progress, ...limits(options) })
      progress.end()
      const result = writeResult(run, outcome)
      const early = earlyNote(result)
      const page = report === undefined ? undefined : await draw(run, noted(report, early))
      if (early !== undefined) progress.line(early)
      if (options.print !== false) print(run, result, { page, shown }, options)
      progress.line(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
      refuseInfeasible(result)
    } catch (error) {
      if (!(leavesResumable(error) || error instanceof InfeasibleError)) markFailed(run, error)
      throw error
    } finally {
      progress.end()
      release()
    }
  })
}

/** TANDEM_CHECKPOINT_SECONDS is for tests that stop runs: by default a checkpoint is written every half minute. */
function limits({ for: seconds }: ResumeOptions): Pick<Session, 'deadline' | 'checkpointSeconds'> {
  const every = process.env['TANDEM_CHECKPOINT_SECONDS']
  return {
    ...(seconds !== undefined && { deadline: deadlineIn(seconds) }),
    ...(every && { checkpointSeconds: Number(every) }),
  }
}

/** What to say of a result that a deadline cut short. */
function earlyNote({ endedEarly, run }: TandemResult): string | undefined {
  if (endedEarly === undefined) return undefined
  const { done, total, label } = endedEarly
  return `Ended early, at its deadline: ${formatCell(done)} of ${formatCell(total)}, ${label}. This is the best so far; go on to the full result with: ${resumeCommand(run)}`
}

/** In place of all that an earlier result of the run had drawn, of which this one may have less. */
function draw(run: Run, report: ReportContent): Promise<string> {
  for (const drawn of ['figures', 'tables']) rmSync(join(run.folder, drawn), { recursive: true, force: true })
  return writeReport(run, report)
}

const noted = (report: ReportContent, note: string | undefined): ReportContent =>
  note === undefined ? report : { ...report, notes: [note, ...(report.notes ?? [])] }

/** Networks whose paths are listed below the tables. */
const MOST_LISTED = 12

function print(
  run: Run,
  result: TandemResult,
  { page, shown = [] }: { page: string | undefined; shown: readonly ReportTable[] | undefined },
  { json }: ResumeOptions,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return
  }
  const say = (line: string) => process.stdout.write(`${line}\n`)
  for (const { title, columns, rows } of shown) say(`${title}\n${table(columns, rows)}`)
  for (const asked of askedLines(result)) say(`Asked for: ${asked}`)
  for (const { title, columns, rows } of resultTables(result)) say(`${title}\n${table(columns, rows)}`)
  const written = [...result.solutions, ...result.baselines].filter(
    ({ files }) => files?.network !== undefined,
  )
  // Of a whole front the table has said it.
  if (written.length <= MOST_LISTED)
    for (const { name, files } of written) say(`Network ${name}: ${join(run.folder, files!.network!)}`)
  if (page !== undefined) say(`Report: ${page}`)
}

function refuseInfeasible({ asked, solutions }: TandemResult): void {
  if (asked.length === 0 || solutions.length === 0 || solutions.some(({ met }) => met)) return
  const closest = solutions.reduce((best, other) => (distance(other) < distance(best) ? other : best))
  const misses = closest.misses.map(
    ({ metric, bound, value, by }) =>
      `${metric} ${formatCell(value)} where ${formatCell(bound)} was asked, off by ${formatCell(by)}`,
  )
  throw new InfeasibleError(
    `No solution meets what was asked. The closest, ${closest.name}: ${misses.join('; ')}.`,
  )
}

/** How far a solution is from all that was asked: shares of the bounds, added up. */
const distance = ({ misses }: TandemResult['solutions'][number]): number =>
  misses.reduce((sum, { bound, by }) => sum + by / Math.abs(bound), 0)
