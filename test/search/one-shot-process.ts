// Drives the small one-shot search in a run folder, saying each step: what the tests kill and start again.
import { existsSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createRun, drive, openRun, runsRoot } from '../../src/runs/index.js'
import { smallOneShot } from './small-one-shot.js'
import { digest, outcome } from './small-search.js'

const name = process.argv[2]!
const run = existsSync(join(runsRoot(), name))
  ? openRun(undefined, name)
  : createRun({ name, command: 'search', config: {}, seed: 5 })
const kept = join(run.folder, 'kept.txt')
const job = smallOneShot({}, { keep: weights => writeFileSync(kept, digest(weights)) })
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
