import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { commands } from '../../src/cli/commands.js'
import { configOptions } from '../../src/cli/config-schema.js'
import { configurable } from '../../src/cli/configurable.js'
import { requiredOptions } from '../../src/cli/long-command.js'
import { createProgram, type Register } from '../../src/cli/program.js'
import { temporary } from '../runs/toy.js'
import { inProcess } from './in-process.js'
import { accepts } from './json-schema.js'

const names = [...configurable(createProgram(commands)).keys()]
const all: Register = program => {
  for (const register of commands) register(program)
}
const tandem = (...argv: string[]) => inProcess(all, argv, temporary())

/** What a user would fill in where something is needed. */
const FILLED: Readonly<Record<string, string>> = {
  accelerators: 'accelerator-study',
  accuracy: 'table:accuracies.csv',
  constraint: '["latency<=4ms", "macs<=50%"]',
  data: 'cifar10-sample',
  library: 'cells.lib',
  network: 'resnet20',
  objective: '[error, latency]',
  scheme: 'int8',
  space: 'cifar10-mbconv',
}

async function written(name: string): Promise<string> {
  const file = join(temporary(), `${name}.yaml`)
  expect(await tandem('init', name, file)).toMatchObject({ code: 0, stderr: '' })
  return file
}

/** The options that `tandem NAME --config FILE` hands to its action, or what it says instead. */
async function taken(name: string, file: string, edit: (text: string) => string) {
  writeFileSync(file, edit(readFileSync(file, 'utf8')))
  const program = createProgram(commands)
  const command = configurable(program).get(name)!
  let options: Readonly<Record<string, unknown>> = {}
  command.action(() => {
    const { config: _, ...rest } = command.opts()
    options = rest
  })
  const models = command.registeredArguments.map(() => 'model.onnx')
  await program.parseAsync([...name.split('-'), ...models, '--config', file], { from: 'user' })
  return options
}

const filled = (text: string) =>
  text.replaceAll(/^([a-z-]+):$/gm, (_, key: string) => `${key}: ${FILLED[key] ?? 'MISSING'}`)

describe.each(names)('tandem init %s', name => {
  const command = configurable(createProgram(commands)).get(name)!

  it('explains every option, what is needed first', async () => {
    const text = readFileSync(await written(name), 'utf8')
    const keys = [...text.matchAll(/^#?([a-z][a-z-]*):(?= |$)/gm)].map(([, key]) => key)
    expect([...keys].sort()).toEqual(
      configOptions(command)
        .map(o => o.name())
        .sort(),
    )
    const needed = requiredOptions(command)
    expect(keys.slice(0, needed.length).sort()).toEqual([...needed].sort())
    expect(Object.keys(parse(text) ?? {}).sort()).toEqual([...needed].sort())
    const words = text.replaceAll(/\n# /g, ' ')
    for (const { description } of configOptions(command)) expect(words).toContain(description)
  })

  it('is taken as soon as what is needed is filled in', async () => {
    const options = await taken(name, await written(name), filled)
    for (const key of requiredOptions(command)) expect(options[key]).toBeDefined()
    const needed = requiredOptions(command)
    for (const option of configOptions(command))
      if (!needed.includes(option.name()))
        expect(options[option.attributeName()]).toEqual(option.defaultValue)
  })

  it('gives defaults as they are: nothing changes where they are uncommented', async () => {
    const plain = await taken(name, await written(name), filled)
    const uncommented = await taken(name, await written(name), text =>
      filled(text).replaceAll(/^#(?=[a-z-]+: [^<\n]*$)/gm, ''),
    )
    const flags = Object.entries(uncommented).filter(([, value]) => value === false)
    expect(uncommented).toEqual({ ...plain, ...Object.fromEntries(flags) })
  })

  it('names a schema that is there and accepts it', async () => {
    const text = readFileSync(await written(name), 'utf8')
    const [, url] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)!
    const schema = JSON.parse(readFileSync(new URL(url!), 'utf8'))
    expect(accepts(schema, parse(filled(text)) ?? {})).toBe(true)
    if (requiredOptions(command).length > 0) expect(accepts(schema, parse(text))).toBe(false)
  })
})

describe('tandem init', () => {
  it('says by file and line what is not filled in', async () => {
    const file = await written('search')
    const { code, stderr } = await tandem('search', '--config', file)
    expect(code).toBe(2)
    expect(stderr).toMatch(/search\.yaml:\d+: space: expected .*, got null\n.*:\d+: data: /)
  })

  it('overwrites nothing', async () => {
    const file = await written('prune')
    writeFileSync(file, 'epochs: 3\n')
    const { code, stderr } = await tandem('init', 'prune', file)
    expect(code).toBe(2)
    expect(stderr).toMatch(/prune\.yaml is there already; name another file/)
    expect(readFileSync(file, 'utf8')).toBe('epochs: 3\n')
  })

  it.each([
    [[], /Which command\? There are: .*search/],
    [['runs'], /"runs" takes no --config\. There are: .*ppa-sweep/],
    [['prune', 'none/such.yaml'], /none\/such\.yaml: cannot be written/],
  ])('%j is wrong input', async (argv, message) => {
    const { code, stderr } = await tandem('init', ...argv)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('writes the schemas of all commands for editors elsewhere', async () => {
    const folder = join(temporary(), 'schemas')
    await tandem('init', '--schemas', folder)
    expect(readdirSync(folder).sort()).toEqual(names.map(name => `${name}.json`).sort())
  })
})
