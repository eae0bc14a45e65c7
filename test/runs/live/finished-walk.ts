import { createRun, drive, type Run, writeReport, writeResult } from '../../../src/runs/index.js'
import { walk } from '../toy-job.js'

/** A finished run of the toy job, with a result and a report, made in this process. */
export async function finishedWalk(root: string, name: string, seed = 0): Promise<Run> {
  const argv = ['toy', '--seed', String(seed)]
  const run = createRun({ root, name, command: 'toy', config: { steps: 40, plan: { seed } }, seed, argv })
  const { furthest } = await drive(walk({ seed, steps: 40 }), run)
  const solution = {
    name: 'walk',
    met: true,
    misses: [],
    cost: { latencyMs: furthest },
    accuracy: { test: 0.5 + seed / 10 },
  }
  const baseline = { ...solution, name: 'half', cost: { latencyMs: furthest / 2 }, accuracy: { test: 0.25 } }
  writeResult(run, {
    asked: [{ metric: 'latency', op: '<=', bound: 99 }],
    solutions: [solution],
    baselines: [baseline],
  })
  const values = [{ x: 1, y: 2 }]
  const spec = { data: { values }, mark: 'point', encoding: { x: { field: 'x' }, y: { field: 'y' } } }
  await writeReport(run, { title: `A walk: ${name}`, figures: [{ title: 'Way', spec }] })
  return run
}
