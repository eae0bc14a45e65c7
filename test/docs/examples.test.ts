import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { commands } from '../../src/cli/commands.js'
import { configJsonSchema, configSchema } from '../../src/cli/config-schema.js'
import { configurable } from '../../src/cli/configurable.js'
import { createProgram, type Register } from '../../src/cli/program.js'
import { packageRoot } from '../../src/package-root.js'
import { inProcess } from '../cli/in-process.js'
import { accepts } from '../cli/json-schema.js'
import { temporary } from '../runs/toy.js'
import { exampleFiles } from './example-files.js'
import { fencedBlocks } from './fenced-blocks.js'
import { RULES, type Rule, STANDS_FOR } from './shell-rules.js'
import { shellCommands } from './shell-words.js'
import { runExamples, surroundingsOf } from './typescript-examples.js'
import { SURROUNDINGS } from './typescript-surroundings.js'

const all: Register = program => {
  for (const register of commands) register(program)
}

const blocks = fencedBlocks()
const examples = blocks
  .filter(({ language }) => ['sh', 'bash'].includes(language))
  .flatMap(({ page, where, text }) =>
    shellCommands(text).map(words => ({ page, where, words, said: words.join(' ') })),
  )

/** Configurations, which say in their first line what they are for. */
const configs = blocks
  .filter(({ language }) => language === 'yaml')
  .map(block => {
    const [, name, file] = /^# tandem (.+) --config (\S+)\n/.exec(block.text) ?? []
    return { ...block, name: name?.replace(' ', '-') ?? '', file: file ?? '' }
  })

const ruleFor = (words: readonly string[], page: string): Rule | undefined =>
  RULES.find(([pattern, , only]) => pattern.test(words.join(' ')) && (only ?? page) === page)?.[1]

/** The arguments of `tandem`, with files that are there in place of the reader's. */
const argumentsOf = ([, ...words]: readonly string[]): readonly string[] =>
  words.flatMap(word => STANDS_FOR.find(([text]) => text === word)?.[1] ?? [word])

/** Parses as the program does, up to where a command would be done. Throws for what no command takes. */
async function parse(argv: readonly string[]): Promise<void> {
  const program = createProgram(commands)
  const idle = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr() {} })
    if (command.commands.length === 0) command.action(() => {})
    command.commands.forEach(idle)
  }
  idle(program)
  await program.parseAsync(argv, { from: 'user' })
}

/** Seconds on an idle machine; what is cut short would go on under the next example. */
const LONG = 900_000

const before = process.cwd()
let folder: string
beforeAll(() => {
  folder = realpathSync(temporary())
  exampleFiles(folder)
  for (const { file, text } of configs) writeFileSync(join(folder, file), text)
  mkdirSync(join(folder, 'runs'))
  writeFileSync(join(folder, 'file'), '')
  // Where run folders cannot be made, `shared` is found by its path.
  symlinkSync(join(folder, 'runs', 'shared'), join(folder, 'shared'))
  process.chdir(folder)
})
afterAll(() => process.chdir(before))

describe('the pages', () => {
  it('say of every block what it is in', () => {
    const known = ['', 'sh', 'bash', 'ts', 'yaml', 'json']
    const wrong = blocks.filter(
      ({ language, text }) =>
        !known.includes(language) ||
        (language === '' && /^\s*(?:\$ )?(?:tandem|np[mx]|node|import|const|export) /m.test(text)),
    )
    expect(wrong.map(({ where }) => where)).toEqual([])
  })

  it('have shell examples, and every one has a rule', () => {
    expect(examples.length).toBeGreaterThan(40)
    const without = examples.filter(({ words, page }) => ruleFor(words, page) === undefined)
    expect(without.map(({ where, words }) => `${where} ${words.join(' ')}`)).toEqual([])
  })

  it('have an example for every rule', () => {
    const used = new Set(examples.map(({ words, page }) => ruleFor(words, page)))
    const idle = RULES.filter(([, rule]) => !used.has(rule)).map(([pattern]) => String(pattern))
    expect(idle).toEqual([])
  })
})

describe.each(examples)('$where $said', ({ words, page }) => {
  const [name, script, what] = words
  const rule = ruleFor(words, page)!

  it('is a command that there is, with options and values that it takes', async () => {
    if (name === 'tandem') return expect(parse(argumentsOf(words))).resolves.toBeUndefined()
    const { scripts } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
    expect([...Object.keys(scripts), 'ci', 'link']).toContain(script === 'run' ? what : script)
  })

  if (rule.how === 'whole')
    it(
      'does what it says',
      async () => {
        const argv = [...argumentsOf(words), ...(rule.small ?? [])]
        const { code, stderr } = await inProcess(all, argv, join(folder, 'runs'))
        expect(`${code} ${stderr}`).toMatch(/^0 /)
      },
      LONG,
    )

  if (rule.how === 'begun')
    it(
      'begins: all that it was given is there and fits',
      async () => {
        const argv = [...argumentsOf(words), ...(rule.small ?? [])]
        const { code, stderr } = await inProcess(all, argv, join(folder, 'file', 'runs'))
        expect(stderr).toMatch(/^The run folder .* cannot be made: ENOTDIR/m)
        expect(code).toBe(1)
      },
      LONG,
    )
})

describe('the configurations', () => {
  it('are there', () => expect(configs.length).toBeGreaterThan(0))

  it.each(configs)('$where are taken by the program and by its schema', ({ name, text }) => {
    const command = configurable(createProgram(commands)).get(name)!
    expect(configSchema(command).safeParse(parseYaml(text))).toMatchObject({ success: true })
    expect(accepts(configJsonSchema(command, name), parseYaml(text))).toBe(true)
  })
})

describe('the TypeScript examples', () => {
  const programs = blocks.filter(({ language }) => language === 'ts')

  it('each have their surroundings, which are of no other', () => {
    expect(programs.length).toBeGreaterThan(8)
    expect(programs.map(block => surroundingsOf(block).length)).toEqual(programs.map(() => 1))
    expect(new Set(programs.map(block => surroundingsOf(block)[0]))).toEqual(new Set(SURROUNDINGS))
  })

  it(
    'compile against the types that ship, and run; what does not would be told',
    () => {
      const wrong = ["import { nothing } from 'tandem-nas'", 'throw new Error("does not run")'].map(text => ({
        ...{ where: '', page: '', language: 'ts', text },
      }))
      const problems = runExamples([...programs, ...wrong], folder)
      const found = programs.flatMap(({ where }, i) => (problems[i] ? [`${where}: ${problems[i]}`] : []))
      expect(found).toEqual([])
      expect(problems.at(-2)).toMatch(/has no exported member.*nothing/)
      expect(problems.at(-1)).toMatch(/does not run/)
    },
    LONG,
  )
})
