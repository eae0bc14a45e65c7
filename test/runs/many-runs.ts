import { linkSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRun, drive, type Run, writeResult } from '../../src/runs/index.js'
import { temporary } from './toy.js'
import { walk } from './toy-job.js'

/** What a list may read of a finished run. */
const FILES = ['config.json', 'status.json', 'result.json']

/** A new folder of finished runs, `search-1` and so on: links to the files of one, so that they are made in a second or two. */
export async function manyRuns(count: number): Promise<string> {
  const [root, { folder }] = [temporary(), await finishedRun(temporary())]
  for (let i = 1; i <= count; i++) {
    const copy = join(root, `search-${i}`)
    mkdirSync(copy)
    for (const file of FILES) linkSync(join(folder, file), join(copy, file))
  }
  return root
}

/** A run with as much in its configuration as that of a search by a table. */
async function finishedRun(root: string): Promise<Run> {
  const choices = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`5x5-e${i}`, Math.sqrt(i)]))
  const blocks = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`b${i}`, choices]))
  const run = createRun({ root, command: 'search', config: { table: { blocks } }, seed: 0, argv: ['search'] })
  await drive(walk({ steps: 2 }), run)
  writeResult(run, { asked: [], solutions: [] })
  return run
}
