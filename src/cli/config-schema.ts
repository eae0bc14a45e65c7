import type { Command, Option } from 'commander'
import { z } from 'zod'
import { type OptionValue, optionTakes } from './option-value.js'

/** Options that may stand in `--config`: all but `--config` itself. */
export const configOptions = (command: Command): readonly Option[] =>
  command.options.filter(option => option.name() !== 'config')

/**
 * What `--config` of a command may hold: its options by name, each as the option's own parser makes it. What editors are
 * given (`configJsonSchema`) is the input of this schema.
 */
export const configSchema = (command: Command): z.ZodType<Readonly<Record<string, unknown>>> =>
  z.strictObject(Object.fromEntries(configOptions(command).map(option => [option.name(), entry(option)])))

/** The same as JSON Schema (draft 7, which editors know), with what `--help` says. */
export function configJsonSchema(command: Command, name: string): Readonly<Record<string, unknown>> {
  const { $schema, properties, ...schema } = z.toJSONSchema(configSchema(command), {
    io: 'input',
    target: 'draft-7',
  })
  const title = `tandem ${name.replace('-', ' ')} --config`
  const described = configOptions(command).map(option => [
    option.name(),
    {
      description: option.description,
      ...(option.defaultValue !== undefined && { default: option.defaultValue }),
      ...(properties![option.name()] as object),
    },
  ])
  return {
    ...{ $schema, title, description: command.description(), ...schema },
    properties: Object.fromEntries(described),
  }
}

const entry = (option: Option): z.ZodType =>
  inputOf(option)
    .transform((value, context) => {
      try {
        return convert(option, value)
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message, input: value })
        return z.NEVER
      }
    })
    .optional()

const isFlag = (option: Option): boolean => option.isBoolean() || option.negate

function inputOf(option: Option): z.ZodType {
  if (isFlag(option)) return z.boolean()
  const value = optionTakes(option)
  const one = word(value)
  return value.repeatable ? z.union([one, z.array(one).min(1)]) : one
}

function word({ type, choices, pattern, minimum, maximum, above, below }: OptionValue): z.ZodType {
  if (choices) return z.enum(choices)
  if (pattern) return z.string().regex(pattern)
  if (type === 'text') return z.union([z.string(), z.number()])
  if (type === 'numbers') return z.union([z.number(), z.array(z.number()).min(1), z.string()])
  let number = type === 'integer' ? z.int() : z.number()
  if (minimum !== undefined) number = number.min(minimum)
  if (maximum !== undefined) number = number.max(maximum)
  if (above !== undefined) number = number.gt(above)
  if (below !== undefined) number = number.lt(below)
  return number
}

/** As the parser makes it of the words that a command line would hold. */
function convert(option: Option, value: unknown): unknown {
  if (isFlag(option)) return option.negate ? !value : value
  const { repeatable } = optionTakes(option)
  const words = repeatable && Array.isArray(value) ? value.map(String) : [String(value)]
  const parse = option.parseArg
  return parse ? words.reduce<unknown>((earlier, text) => parse(text, earlier), undefined) : words[0]
}
