import type { Command, Option } from 'commander'
import { stringify } from 'yaml'
import { configOptions } from './config-schema.js'
import { requiredOptions } from './long-command.js'
import { optionTakes } from './option-value.js'

/** Columns that comments keep within. */
const WIDTH = 100

/** A configuration of a command in YAML: what is needed to be filled in, all else commented out, with its default where it has one. */
export function configTemplate(command: Command, name: string, schema: string): string {
  const options = configOptions(command)
  const needed = requiredOptions(command)
  const [first, others] = [true, false].map(is => options.filter(o => needed.includes(o.name()) === is))
  const section = (title: string, part: readonly Option[], from: string) =>
    part.length === 0
      ? []
      : [`# ${title}`, '', ...part.flatMap(option => [...help(option), line(option, from), ''])]
  const usage = [...command.registeredArguments.map(arg => `${arg.name().toUpperCase()} `)].join('')
  const spoken = name.replace('-', ' ')
  return [
    `# yaml-language-server: $schema=${schema}`,
    `# tandem ${spoken} ${usage}--config FILE: ${command.description()}`,
    '# Keys are the names of options; what the command line says wins.',
    '',
    ...section('Needed, here or on the command line.', first!, ''),
    ...section(
      'Optional: delete the # in front of a key to set it; <…> stands for a value of yours.',
      others!,
      '#',
    ),
  ].join('\n')
}

function help(option: Option): string[] {
  const { choices, repeatable } = optionTakes(option)
  const spelled = choices?.every(choice => option.description.includes(choice))
  const notes = [choices && !spelled && `one of ${choices.join(', ')}`, repeatable && 'one or a list']
  return wrap([option.description, ...notes.filter(Boolean)].join('; ')).map(text => `# ${text}`)
}

function line(option: Option, from: string): string {
  const value = from === '' ? '' : ` ${shown(option)}`
  return `${from}${option.name()}:${value}`
}

/** The default, or else what stands for a value in `--help`. */
function shown(option: Option): string {
  if (option.defaultValue !== undefined)
    return stringify(option.defaultValue, { collectionStyle: 'flow' }).trim()
  if (option.isBoolean()) return 'false'
  return /<[^>]+>/.exec(option.flags)?.[0] ?? ''
}

function wrap(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= WIDTH - 2)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
