import { type Command, InvalidArgumentError } from 'commander'

interface Options {
  readonly port: number
  readonly host: string
}

/** `tandem runs serve`: the live page of runs, until Ctrl-C. */
export function register(runs: Command): void {
  runs
    .command('serve')
    .description('a live page of all runs, to be read in a browser')
    .option('--port <n>', 'where to listen; 0 takes any port that is free', port, 4270)
    .option(
      '--host <address>',
      'other than this machine alone: whoever reaches it can read the runs',
      '127.0.0.1',
    )
    .action(async ({ port, host }: Options) => {
      const { serveRuns } = await import('../runs/live/index.js')
      const { interruption } = await import('./interruption.js')
      const say = (line: string) => process.stderr.write(`${line}\n`)
      const { url, open, close } = await serveRuns({ port, host })
      process.stdout.write(`${url}\n`)
      if (open) say(`Whoever reaches ${host} can read the runs.`)
      say('Ctrl-C ends it.')
      const { signal, release } = interruption(say, 'Closing.')
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      await close()
      release()
    })
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text)
  throw new InvalidArgumentError('A port is a whole number, 0 to 65535.')
}
