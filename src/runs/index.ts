export { accuracyAgainst, type PriceAxis } from './accuracy-axes.js'
export { type Cell, formatCell, isNumeric, type ReportTable } from './cell.js'
export type { LoadedCheckpoint } from './checkpoint.js'
export { loadCheckpoint, saveCheckpoint } from './checkpoint.js'
export {
  type ComparedRun,
  type Comparison,
  compareRuns,
  differenceTable,
  newestTable,
} from './compare.js'
export { csv } from './csv.js'
export { type Deadline, deadlineIn } from './deadline.js'
export { writeAside } from './disk.js'
export { onDisk } from './disk-failure.js'
export { type DriveOptions, drive, leavesResumable } from './drive.js'
export { duration } from './duration.js'
export { exactJson } from './exact-json.js'
export { drawFigure, type ReportFigure, standalone } from './figure.js'
export { type FollowedState, followedBy } from './followed-by.js'
export { type InTurnState, inTurn, type NamedJob } from './in-turn.js'
export { checkInputs, type Inputs } from './inputs.js'
export type { Job, JournalEntry, Snapshot, StepReport } from './job.js'
export { type JournalLine, journalLines, readJournal } from './journal.js'
export { listRuns, type RunFilter, type RunSummary } from './list-runs.js'
export { withLock } from './lock.js'
export { type Machine, machine } from './machine.js'
export { paceText } from './pace-text.js'
export { prefixed, unprefixed } from './prefixed.js'
export { type Progress, type ProgressSink, silent } from './progress.js'
export { checkRemovable, removeRun } from './remove-run.js'
export { redrawReport, writeReport } from './report.js'
export type { ReportContent, ReportDetail } from './report-content.js'
export {
  type Asked,
  type Outcome,
  readResult,
  resultSchema,
  type Solution,
  type TandemResult,
  writeResult,
} from './result.js'
export { askedLines, resultTables } from './result-tables.js'
export {
  checkConfig,
  checkRunFree,
  createRun,
  type NewRun,
  openRun,
  type Run,
  resumeCommand,
  retryCommand,
} from './run.js'
export { runsRoot } from './run-name.js'
export { setDamagedAside } from './set-damaged-aside.js'
export { shellCommand } from './shell.js'
export { markFailed, type RunState, readStatus, runState, type Status } from './status.js'
export { type Versions, versions } from './versions.js'
