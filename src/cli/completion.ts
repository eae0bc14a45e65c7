import { Argument, type Command } from 'commander'
import { rootOf } from './configurable.js'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** `tandem completion SHELL` prints a script, which asks the hidden `tandem complete` at every Tab. */
export function register(program: Command): void {
  program
    .command('completion')
    .description('print a script by which a shell completes commands, options and runs')
    .addArgument(new Argument('<shell>', 'such as: source <(tandem completion bash)').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { COMPLETION_SCRIPTS } = await import('./completion-scripts.js')
      process.stdout.write(COMPLETION_SCRIPTS[shell])
    })
  program
    .command('complete [words...]', { hidden: true })
    .description('what the last of the words may become, a line each')
    .action(async (words: readonly string[], _options: object, self: Command) => {
      const { complete } = await import('./complete.js')
      for (const { word, description = '' } of await complete(rootOf(self), words))
        process.stdout.write(`${word}\t${description.split('\n')[0]}\n`)
    })
}
