import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openRun, runState } from '../src/runs/index.js'
import { manyRuns } from '../test/runs/many-runs.js'
import { type BenchOptions, type BenchResult, integerOption, interleaved, median, row } from './bench.js'

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))

/** `tandem runs list` of `--runs 10000` finished runs, as a process, against opening every run in one that is there. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const count = integerOption(options, 'runs', 10_000)
  const rounds = integerOption(options, 'rounds', 5)
  const root = await manyRuns(count)
  try {
    const list = () =>
      spawnSync(process.execPath, [main, 'runs', 'list'], { env: { ...process.env, TANDEM_RUNS: root } })
    const open = () => {
      for (let i = 1; i <= count; i++) runState(openRun(root, `search-${i}`))
    }
    const [ours, theirs] = await interleaved([list, open], { rounds, steps: 1, warmUp: 1 })
    const seconds = (times: readonly number[]) => median(times) / 1000
    return { name: 'runs-list', rows: [row(`s, ${count} runs`, seconds(ours!), seconds(theirs!))] }
  } finally {
    rmSync(root, { recursive: true })
  }
}
