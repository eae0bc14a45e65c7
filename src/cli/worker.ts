import type { Command } from 'commander'
import { positiveInteger } from './number-options.js'

interface Options {
  readonly queue: string
  readonly concurrency: number
}

/** `tandem worker`: evaluates for runs on other machines, which hand out tasks at a queue. */
export function register(program: Command): void {
  program
    .command('worker')
    .description('evaluate for runs that were started with --queue, on this machine or others')
    .requiredOption('--queue <url>', 'redis://HOST or redis://HOST:PORT')
    .option('--concurrency <n>', 'tasks at a time, each in a thread with its own engine', positiveInteger, 1)
    .option('--quiet', 'say nothing')
    .option('--debug', 'a stack trace with errors')
    .action(async ({ queue: url, concurrency, quiet }: Options & { quiet?: boolean }) => {
      const { joinQueue } = await import('../workers/index.js')
      const { interruption } = await import('./interruption.js')
      const say = (line: string) => {
        if (!quiet) process.stderr.write(`${line}\n`)
      }
      const { signal, release } = interruption(
        say,
        'Leaving after the tasks in hand. Ctrl-C again leaves at once; others do them then.',
      )
      const kinds = new URL('./worker-kinds.js', import.meta.url).href
      try {
        const done = await joinQueue({ url, kinds, concurrency, signal, say })
        say(`Left after ${done === 1 ? 'one task' : `${done} tasks`}.`)
      } finally {
        release()
      }
    })
}
