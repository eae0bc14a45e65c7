import type { Command, Option } from 'commander'
import { configurable } from './configurable.js'
import { optionTakes } from './option-value.js'

/** What may come next, with what `--help` says of it. */
export interface Candidate {
  readonly word: string
  readonly description?: string
}

/**
 * What the last of `words` may become; `words` are all after `tandem`, the last as far as it is typed. Nothing where a
 * file or a text of the user's own is due.
 */
export async function complete(program: Command, words: readonly string[]): Promise<readonly Candidate[]> {
  const typed = words.at(-1) ?? ''
  const place = placeAfter(program, words.slice(0, -1))
  const [, long, value] = /^(--[^=]+)=(.*)$/.exec(typed) ?? []
  if (long === undefined) return begun(await candidatesAt(program, place, typed), typed)
  const valued = await candidatesAt(program, after(place, long), value!)
  return begun(valued, value!).map(({ word }) => ({ word: `${long}=${word}` }))
}

const begun = (candidates: readonly Candidate[], typed: string) =>
  candidates.filter(({ word }) => word.startsWith(typed))

/** Where the next word stands. */
interface Place {
  readonly command: Command
  /** Arguments of the command that are there. */
  readonly given: number
  readonly used: ReadonlySet<Option>
  /** The option whose value is due. */
  readonly open?: Option
}

function placeAfter(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, given: 0, used: new Set() }
  // Bash takes --option=value apart.
  for (const word of words) if (word !== '=') place = after(place, word)
  return place
}

function after({ open, ...place }: Place, word: string): Place {
  if (open) return place
  const { command, given, used } = place
  if (word.startsWith('-')) {
    const [name] = word.split('=')
    const option = command.options.find(({ long, short }) => name === long || name === short)
    if (option === undefined) return place
    const due = !option.isBoolean() && name === word
    return { ...place, used: new Set([...used, option]), ...(due && { open: option }) }
  }
  const child = command.commands.find(each => each.name() === word)
  return child ? { command: child, given: 0, used: new Set() } : { ...place, given: given + 1 }
}

async function candidatesAt(
  program: Command,
  { command, given, used, open }: Place,
  typed: string,
): Promise<readonly Candidate[]> {
  if (open) return valuesOf(open, program)
  if (typed.startsWith('-')) return optionsOf(command, used)
  if (command.commands.length > 0 && given > 0) return []
  if (command.commands.length > 0)
    return visible(command).map(child => ({ word: child.name(), description: child.description() }))
  const expected = command.registeredArguments
  const argument = expected[given] ?? (expected.at(-1)?.variadic ? expected.at(-1) : undefined)
  if (argument === undefined) return optionsOf(command, used)
  if (argument.argChoices) return argument.argChoices.map(word => ({ word }))
  const isRun = command.parent?.name() === 'runs'
  return namesOf(isRun ? 'run' : argument.name(), program)
}

/** Commands that `--help` lists. */
const visible = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter(({ parent }) => parent === command)

const optionsOf = (command: Command, used: ReadonlySet<Option>): readonly Candidate[] =>
  command.options
    .filter(option => !option.hidden && (!used.has(option) || optionTakes(option).repeatable))
    .map(option => ({ word: option.long!, description: option.description }))

async function valuesOf(option: Option, program: Command): Promise<readonly Candidate[]> {
  const choices = optionTakes(option).choices
  if (choices) return choices.map(word => ({ word }))
  return namesOf(/<(.+)>/.exec(option.flags)?.[1] ?? '', program)
}

/** What is written `<run>` or `<command>` where it is due. */
async function namesOf(placeholder: string, program: Command): Promise<readonly Candidate[]> {
  if (placeholder === 'command')
    return [...configurable(program)].map(([word, command]) => ({ word, description: command.description() }))
  if (placeholder !== 'run') return []
  const { runNames } = await import('../runs/list-index.js')
  return runNames().map(word => ({ word }))
}
