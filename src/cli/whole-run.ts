import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Evaluator } from '../workers/index.js'

/** A run by its name, and the command line that begins it. */
export interface TandemCall {
  readonly name: string
  readonly args: readonly string[]
}

/** Where runs are. Plain JSON. */
export interface RunSetup {
  readonly runs: string
}

const main = fileURLToPath(new URL('./main.js', import.meta.url))

/** Makes what a worker does whole runs with: the exit code of each. */
export const createRunner = ({ runs }: RunSetup): Evaluator => ({
  evaluate: (call: TandemCall) => perform(call, runs),
})

/** Calls `tandem` in a process of its own. A run that is there is resumed. */
function perform({ name, args }: TandemCall, runs: string): Promise<number | null> {
  const command = existsSync(join(runs, name)) ? ['runs', 'resume', name] : [...args, '--run', name]
  const child = spawn(process.execPath, [main, ...command, '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TANDEM_RUNS: runs },
  })
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
}
