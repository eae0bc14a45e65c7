import type { Command } from 'commander'

const say = (line: string) => process.stderr.write(`${line}\n`)

/** `tandem engine status|install`: what trains and evaluates, TensorFlow or without it WebAssembly. */
export function register(program: Command): void {
  const engine = program
    .command('engine')
    .description('the TensorFlow library that trains and evaluates networks')

  engine
    .command('status')
    .description('what trains here, why, and does it load')
    .action(async () => {
      const { chooseBackend, installedAddon } = await import('../engine/install/index.js')
      const { name, reason } = chooseBackend()
      const { tf } = await import('../engine/index.js')
      const what =
        name === 'native'
          ? `TensorFlow, by tfjs-node ${tf.version['tfjs-node']} from ${installedAddon()}`
          : `tfjs ${tf.version.tfjs} on WebAssembly, one thread; tandem engine install fetches TensorFlow, which is faster`
      process.stdout.write(`${name}, because ${reason}: ${what}\n`)
    })

  engine
    .command('install')
    .description('fetch it once for this user (about 210 MB); does nothing when it is there')
    .action(async () => {
      const { installEngine } = await import('../engine/install/index.js')
      process.stdout.write(`${await installEngine(say)}\n`)
    })
}
