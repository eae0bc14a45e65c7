import type { Command } from 'commander'
import { EngineError } from '../errors.js'

const say = (line: string) => process.stderr.write(`${line}\n`)

/** `tandem engine status|install`: TensorFlow, which trains and evaluates. */
export function register(program: Command): void {
  const engine = program
    .command('engine')
    .description('the TensorFlow library that trains and evaluates networks')

  engine
    .command('status')
    .description('is it there, where, and does it load')
    .action(async () => {
      const { installedAddon } = await import('../engine/install/index.js')
      const addon = installedAddon()
      if (!addon)
        throw new EngineError('TensorFlow is not installed for this user. Run: tandem engine install')
      const { tf } = await import('../engine/index.js')
      process.stdout.write(
        `tfjs-node ${tf.version['tfjs-node']} on ${tf.getBackend()}, loaded from ${addon}\n`,
      )
    })

  engine
    .command('install')
    .description('fetch it once for this user (about 210 MB); does nothing when it is there')
    .action(async () => {
      const { installEngine } = await import('../engine/install/index.js')
      process.stdout.write(`${await installEngine(say)}\n`)
    })
}
