import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { InputError } from '../errors.js'
import { packageRoot } from '../package-root.js'
import { configurable, rootOf } from './configurable.js'

/** `tandem init`: a configuration of a command to fill in, with all its options explained. */
export function register(program: Command): void {
  program
    .command('init')
    .description('write a commented YAML configuration for a command’s --config')
    .argument('[command]', 'search, prune, ppa-sweep, …')
    .argument('[file]', 'by default COMMAND.yaml')
    .option('--schemas <folder>', 'write the JSON schemas of all commands’ configurations there instead')
    .action(
      async (
        name: string | undefined,
        file: string | undefined,
        { schemas }: { schemas?: string },
        self: Command,
      ) => {
        const commands = configurable(rootOf(self))
        const say = (text: string) => void process.stdout.write(`${text}\n`)
        if (schemas !== undefined) return say(await writeSchemas(commands, schemas))
        const command = commands.get(name ?? '')
        if (name === undefined || command === undefined) {
          const wrong = name === undefined ? 'Which command?' : `"${name}" takes no --config.`
          throw new InputError(`${wrong} There are: ${[...commands.keys()].join(', ')}`)
        }
        const target = file ?? `${name}.yaml`
        const { configTemplate } = await import('./config-template.js')
        write(target, configTemplate(command, name, schemaOf(name, target)))
        say(`${target}: fill in what is needed, then tandem ${name.replace('-', ' ')} --config ${target}`)
      },
    )
}

async function writeSchemas(commands: ReadonlyMap<string, Command>, folder: string): Promise<string> {
  const { configJsonSchema } = await import('./config-schema.js')
  mkdirSync(folder, { recursive: true })
  for (const [name, command] of commands) {
    const text = `${JSON.stringify(configJsonSchema(command, name), null, 2)}\n`
    writeFileSync(join(folder, `${name}.json`), text)
  }
  return [...commands.keys()].map(name => join(folder, `${name}.json`)).join('\n')
}

/** Where an editor finds the schema: relative to the file where the package lies beside or under it. */
function schemaOf(name: string, file: string): string {
  const schema = join(packageRoot, 'schemas', `${name}.json`)
  const path = relative(dirname(resolve(file)), schema)
  return path.startsWith('..') ? pathToFileURL(schema).href : `./${path.split(sep).join('/')}`
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new InputError(
      code === 'EEXIST'
        ? `${file} is there already; name another file`
        : `${file}: cannot be written (${message})`,
    )
  }
}
