/** What lists of runs take: loads neither networks nor schemas. */
export { type Cell, formatCell, isNumeric } from './cell.js'
export { listRuns, type RunFilter, type RunSummary, runNames } from './list-runs.js'
export { checkRemovable, removeRun } from './remove-run.js'
export { runsRoot } from './run-name.js'
export { RUN_STATES, type RunState } from './status.js'
