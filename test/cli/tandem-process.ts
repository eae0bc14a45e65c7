import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

export interface Started {
  readonly child: ChildProcess
  readonly output: { stdout: string; stderr: string }
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

type Environment = Readonly<Record<string, string>>

/** Starts the command with `root` as its folder of runs. */
export function start(argv: readonly string[], root: string, more: Environment = {}): Started {
  const env = { ...process.env, TANDEM_RUNS: root, ...more }
  const child = spawn(process.execPath, [main, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', text => {
    output.stdout += text
  })
  child.stderr.on('data', text => {
    output.stderr += text
  })
  return { child, output, ended: new Promise(done => child.on('close', code => done({ code, ...output }))) }
}

/** The same, to its end. */
export const tandem = (argv: readonly string[], root: string, more?: Environment) =>
  start(argv, root, more).ended

/** Resolves once the command has said `pattern`, or has ended. */
export async function said({ child, output, ended }: Started, pattern: RegExp): Promise<void> {
  await new Promise<void>(resolve => {
    child.stderr!.on('data', () => {
      if (pattern.test(output.stderr)) resolve()
    })
    void ended.then(() => resolve())
  })
}
