import { spawn } from 'node:child_process'

interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Show what the command prints on stderr instead of keeping it. */
  readonly show?: boolean
  /** Ends the command when it has neither printed nor ended for this long. */
  readonly silenceMs?: number
}

export interface CommandResult {
  readonly code: number
  /** The last lines of what it printed; empty when shown. */
  readonly output: string
}

/** Runs a program to its end. Never throws: a program that is not there ends with code 127. */
export function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { cwd, env = process.env, show = false, silenceMs = 600_000 } = options
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', show ? process.stderr : 'pipe', show ? process.stderr : 'pipe'],
    })
    let output = ''
    const stop = () => child.kill('SIGKILL')
    let timer = setTimeout(stop, silenceMs)
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000)
      clearTimeout(timer)
      timer = setTimeout(stop, silenceMs)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', error => {
      clearTimeout(timer)
      resolve({ code: 127, output: error.message })
    })
    child.on('close', code => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output: output.trim() })
    })
  })
}
