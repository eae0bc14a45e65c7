import { type Command, InvalidArgumentError, type OptionValues } from 'commander'
import { takes } from './option-value.js'
import { timeSpan } from './time-span.js'

/** Options that every long command has. */
export interface LongOptions {
  readonly run?: string
  readonly seed: number
  readonly config?: string
  /** Seconds after which this session ends with the best so far. */
  readonly for?: number | undefined
  readonly json?: boolean
  readonly quiet?: boolean
  readonly debug?: boolean
}

/** The part of them that a resumed run takes anew. */
export type ResumeOptions = Pick<LongOptions, 'for' | 'json' | 'quiet' | 'debug'>

type Required = readonly string[] | ((options: OptionValues) => readonly string[])

const needs = new WeakMap<Command, Required>()

/** Names of the options that a long command needs, with the others as given. */
export function requiredOptions(command: Command, options: OptionValues = {}): readonly string[] {
  const required = needs.get(command) ?? []
  return typeof required === 'function' ? required(options) : required
}

/**
 * Adds the common options and lets `--config` fill in what the command line leaves open. Options that must be
 * given, one way or the other, are named in `required` (as `requiredOption` would ask before the file is read), which
 * may depend on the others.
 */
export function longCommand(command: Command, required: Required = []): Command {
  needs.set(command, required)
  command
    .option('--run <name>', 'name of the run folder (default: the command and a number)')
    .option('--seed <n>', 'equal seeds give equal results', seed, 0)
    .option('--config <file>', 'YAML whose keys are the names of these options; the command line wins')
  outputOptions(deadlineOption(command))
  return command.hook('preAction', async () => {
    const file = command.opts<LongOptions>().config
    if (file !== undefined) {
      const { applyConfig } = await import('./apply-config.js')
      applyConfig(command, file)
    }
    const needed = requiredOptions(command, command.opts())
    const missing = command.options.find(
      option =>
        needed.includes(option.name()) && command.getOptionValue(option.attributeName()) === undefined,
    )
    if (missing !== undefined) {
      command.error(`error: option '${missing.flags}' is needed, on the command line or in --config`, {
        code: 'commander.missingMandatoryOptionValue',
      })
    }
  })
}

/** How long a long command, new or resumed, may work. */
export const deadlineOption = (command: Command): Command =>
  command.option(
    '--for <time>',
    'end after so long (90s, 15min, 1h30m) with the best so far; the run can be resumed',
    timeSpan,
  )

/** What may be said of any command's output. */
export const outputOptions = (command: Command): Command =>
  command
    .option('--json', 'the result as JSON, the only thing on stdout')
    .option('--quiet', 'no progress')
    .option('--debug', 'a stack trace with errors')

/** For options that may be given several times. */
export const collect = takes(
  { type: 'text', repeatable: true },
  (value: string, earlier: readonly string[] | undefined): readonly string[] => [...(earlier ?? []), value],
)

const seed = takes({ type: 'integer', minimum: 0 }, (text: string): number => {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw new InvalidArgumentError('A seed is a whole number, 0 or more.')
})
