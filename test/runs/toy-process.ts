// A command like any other, over the toy job: what the tests start, interrupt, kill and start again.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { type LongOptions, longCommand } from '../../src/cli/long-command.js'
import { runProgram } from '../../src/cli/program.js'
import { register as runs } from '../../src/cli/runs.js'
import { withRun } from '../../src/cli/with-run.js'
import { createRun, drive, openRun, runsRoot } from '../../src/runs/index.js'
import { walk } from './toy-job.js'

interface ToyOptions extends LongOptions {
  readonly steps: number
  readonly stepMs: number
  readonly padding: number
  readonly bound?: number
  readonly break?: boolean
}

const number = (text: string): number => {
  if (!Number.isFinite(Number(text))) throw new InvalidArgumentError('expected a number')
  return Number(text)
}

process.exitCode = await runProgram(process.argv.slice(2), [
  runs,
  program => {
    longCommand(program.command('toy'), ['steps'])
      .option('--steps <n>', 'how far', number)
      .option('--step-ms <n>', 'how slowly', number, 0)
      .option('--padding <n>', 'how long the journal lines are', number, 0)
      .option('--bound <n>', 'the latency asked for', number)
      .option('--break', 'go wrong in an unexpected way')
      .action(async (options: ToyOptions) => {
        if (options.break) throw new TypeError('the toy broke')
        const { seed, steps, stepMs, padding, bound } = options
        const known = options.run !== undefined && existsSync(join(runsRoot(), options.run, 'config.json'))
        const run =
          known && process.env['TOY_RESUME']
            ? openRun(undefined, options.run!)
            : createRun({
                ...(options.run ? { name: options.run } : {}),
                command: 'toy',
                config: { steps },
                seed,
              })
        await withRun(run, options, async session => {
          const job = walk({ seed, steps, stepMs, padding })
          const { furthest, position } = await drive(job, run, { ...session, checkpointSeconds: 0.02 })
          writeFileSync(join(run.folder, 'position.json'), JSON.stringify(position))
          const asked = bound === undefined ? [] : [{ metric: 'latency', op: '<=' as const, bound }]
          const misses = asked
            .filter(({ bound }) => furthest > bound)
            .map(({ metric, bound }) => ({ metric, bound, value: furthest, by: furthest - bound }))
          const solution = { name: 'walk', met: misses.length === 0, misses, cost: { latencyMs: furthest } }
          return { asked, solutions: [solution] }
        })
      })
  },
])
