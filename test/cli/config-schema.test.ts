import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { applyConfig } from '../../src/cli/apply-config.js'
import { commands } from '../../src/cli/commands.js'
import { configJsonSchema, configOptions, configSchema } from '../../src/cli/config-schema.js'
import { configurable } from '../../src/cli/configurable.js'
import { createProgram } from '../../src/cli/program.js'
import { packageRoot } from '../../src/package-root.js'
import { temporary } from '../runs/toy.js'
import { accepts } from './json-schema.js'

const names = [...configurable(createProgram(commands)).keys()]
const commandNamed = (name: string) => configurable(createProgram(commands)).get(name)!
const schemaOf = (name: string) => configJsonSchema(commandNamed(name), name)
const file = join(temporary(), 'config.yaml')

/** What `--config` makes of some values, or its refusal. */
function applied(command: Command, values: object) {
  writeFileSync(file, stringify(values))
  applyConfig(command, file)
  return command.opts()
}

/** Whether it takes them. */
const isApplied = (command: Command, values: object): boolean =>
  configSchema(command).safeParse(values).success

/** Values of every kind, most of which are wrong for most options. */
const VALUES = [
  ...[0, 1, 2, -1, 0.5, 1.5, 100, 1e12, true, false, null, 'many', '', 'all', 'float32', '0.5,0.5'],
  ...[[], [1], [0.5, 0.5], ['flightnn', 'int8'], ['a', 'b'], [true], { a: 1 }],
]

describe('schemas of --config', () => {
  it('are there for every command that takes it, and current; npm run schemas writes them', () => {
    const folder = join(packageRoot, 'schemas')
    expect(readdirSync(folder).sort()).toEqual(names.map(name => `${name}.json`).sort())
    for (const name of names)
      expect(readFileSync(join(folder, `${name}.json`), 'utf8')).toBe(
        `${JSON.stringify(schemaOf(name), null, 2)}\n`,
      )
  })

  it('ship', () => {
    const { files } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
    expect(files).toContain('schemas')
  })
})

describe.each(names)('the schema of tandem %s --config', name => {
  const schema = schemaOf(name)
  const options = configOptions(commandNamed(name))

  it('says of every option what --help says', () => {
    const { properties } = schema as {
      properties: Record<string, { description: string; default?: unknown }>
    }
    expect(Object.keys(properties)).toEqual(options.map(option => option.name()))
    for (const option of options) {
      expect(properties[option.name()]!.description).toBe(option.description)
      expect(properties[option.name()]!.default).toEqual(option.defaultValue)
    }
  })

  it('accepts every default, and the program takes it as it is', () => {
    const defaults = options.filter(({ defaultValue }) => defaultValue !== undefined)
    const values = Object.fromEntries(defaults.map(option => [option.name(), option.defaultValue]))
    expect(accepts(schema, values)).toBe(true)
    expect(applied(commandNamed(name), values)).toEqual(commandNamed(name).opts())
  })

  it('refuses an unknown key, as the program does', () => {
    for (const values of [{ sede: 1 }, { config: 'other.yaml' }]) {
      expect(accepts(schema, values)).toBe(false)
      expect(isApplied(commandNamed(name), values)).toBe(false)
    }
  })

  it('agrees with the program on values of every kind for every option', () => {
    const taken = configSchema(commandNamed(name))
    for (const option of options)
      for (const value of VALUES) {
        const values = { [option.name()]: value }
        const what = JSON.stringify(values)
        const [editor, program] = [accepts(schema, values), taken.safeParse(values).success]
        // A text that only the option's own parser can judge.
        if (editor && typeof value === 'string' && option.parseArg) continue
        expect(`${what} ${program}`).toBe(`${what} ${editor}`)
      }
  })
})

it('what is written in a list is what would be typed several times', () => {
  const typed = commandNamed('quantize')
  typed.parseOptions(['--scheme', 'int8', '--scheme', 'flightnn', '--mean', '0.5,0.4,0.3'])
  expect(applied(commandNamed('quantize'), { scheme: ['int8', 'flightnn'], mean: [0.5, 0.4, 0.3] })).toEqual(
    typed.opts(),
  )
})
