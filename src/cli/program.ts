import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { EXIT, TandemError } from '../errors.js'
import { packageRoot } from '../package-root.js'

/** What a command file exports: adds its command; loads its heavy parts inside the action. */
export type Register = (program: Command) => void

const version = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version

/** The command line, which throws where it would end the process. */
export function createProgram(commands: readonly Register[]): Command {
  const program = new Command('tandem')
    .description('Finds networks and the hardware to run them on, under latency and energy budgets.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('Run it with --help to see how it is used.')
  for (const register of commands) register(program)
  return program
}

/** Parses and does what `argv` says, and returns the exit code. The one place where errors become words. */
export async function runProgram(argv: readonly string[], commands: readonly Register[]): Promise<number> {
  try {
    await createProgram(commands).parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has printed its own.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.input
    return explain(error, argv.includes('--debug'))
  }
}

function explain(error: unknown, debug: boolean): number {
  const known = error instanceof TandemError
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  const text = known ? message : `Something went wrong that should not: ${message}`
  const hint = known || debug ? '' : '\nRun the command again with --debug to see where.'
  process.stderr.write(debug && stack !== undefined ? `${text}\n${stack}\n` : `${text}${hint}\n`)
  return known ? error.exitCode : EXIT.failed
}
