import type { Command, Option } from 'commander'
import { z } from 'zod'
import { readYaml } from '../read-yaml.js'

/**
 * Takes options from a YAML file unless the command line gave them. Values go through the options' own parsers.
 * Throws ConfigError, naming file and line, for a key that is no option and for a value that it does not take.
 */
export function applyConfig(command: Command, file: string): void {
  const options = command.options.filter(option => option.name() !== 'config')
  const values = readYaml(file, z.strictObject(Object.fromEntries(options.map(o => [o.name(), schemaOf(o)]))))
  for (const option of options) {
    const value = (values as Record<string, unknown>)[option.name()]
    const name = option.attributeName()
    if (value === undefined || command.getOptionValueSource(name) === 'cli') continue
    command.setOptionValueWithSource(name, value, 'config')
  }
}

const schemaOf = (option: Option) =>
  z
    .unknown()
    .optional()
    .transform((value, context) => {
      try {
        return value === undefined ? undefined : convert(option, value)
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message, input: value })
        return z.NEVER
      }
    })

function convert(option: Option, value: unknown): unknown {
  if (option.isBoolean() || option.negate) {
    if (typeof value !== 'boolean') throw new Error('expected true or false')
    return option.negate ? !value : value
  }
  const many = Array.isArray(value)
  if (many && !option.variadic && option.parseArg === undefined) throw new Error('expected one value')
  const words = (many ? value : [value]).map(word)
  const parse = option.parseArg
  if (parse !== undefined) return words.reduce<unknown>((earlier, text) => parse(text, earlier), undefined)
  return option.variadic ? words : words[0]
}

function word(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new Error('expected a text or a number')
}
