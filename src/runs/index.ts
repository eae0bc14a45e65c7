export { type Cell, formatCell, isNumeric } from './cell.js'
export type { LoadedCheckpoint } from './checkpoint.js'
export { loadCheckpoint, saveCheckpoint } from './checkpoint.js'
export { csv } from './csv.js'
export { onDisk } from './disk-failure.js'
export { type DriveOptions, drive } from './drive.js'
export { exactJson } from './exact-json.js'
export { drawFigure, standalone } from './figure.js'
export { type FollowedState, followedBy } from './followed-by.js'
export { type InTurnState, inTurn, type NamedJob } from './in-turn.js'
export type { Job, JournalEntry, Snapshot, StepReport } from './job.js'
export { type JournalLine, readJournal } from './journal.js'
export { listRuns, type RunSummary } from './list-runs.js'
export { withLock } from './lock.js'
export { type Machine, machine } from './machine.js'
export { prefixed, unprefixed } from './prefixed.js'
export { type Progress, type ProgressSink, silent } from './progress.js'
export {
  type ReportContent,
  type ReportFigure,
  type ReportTable,
  redrawReport,
  writeReport,
} from './report.js'
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
export { checkConfig, checkRunFree, createRun, type NewRun, openRun, type Run, resumeCommand } from './run.js'
export { runsRoot } from './run-name.js'
export { shellCommand } from './shell.js'
export { markFailed, type RunState, readStatus, runState, type Status } from './status.js'
export { type Versions, versions } from './versions.js'
