// Drives the small search in a run folder, saying each step: what the tests kill and start again.
import { existsSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createRun, drive, openRun, runsRoot } from '../../src/runs/index.js'
import { outcome, smallSearch } from './small-search.js'

const name = process.argv[2]!
const run = existsSync(join(runsRoot(), name))
  ? openRun(undefined, name)
  : createRun({ name, command: 'search', config: {}, seed: 5 })
const job = smallSearch()
const spoken = {
  ...job,
  step: async (state: Parameters<typeof job.step>[0]) => {
    const stepped = await job.step(state)
    writeSync(2, `walk ${job.progress(stepped.state).done}\n`)
    return stepped
  },
}
const result = await drive(spoken, run, { checkpointSeconds: 0.05 })
writeFileSync(join(run.folder, 'outcome.json'), JSON.stringify(outcome(result)))
