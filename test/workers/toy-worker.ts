import { joinQueue } from '../../src/workers/index.js'
import { fastTimes, toyKinds } from './staffs.js'

// A process that works at toy tasks: node toy-worker.js URL CONCURRENCY [VERSION]
const [url, concurrency, version] = process.argv.slice(2)
const leave = new AbortController()
process.on('SIGINT', () => leave.abort())
try {
  const done = await joinQueue({
    ...{ url: url!, kinds: toyKinds, concurrency: Number(concurrency), signal: leave.signal },
    say: line => process.stdout.write(`${line}\n`),
    times: fastTimes,
    ...(version && { version }),
  })
  process.stdout.write(`left after ${done} tasks\n`)
} catch (error) {
  process.stderr.write(`${(error as Error).name}: ${(error as Error).message}\n`)
  process.exitCode = 2
}
