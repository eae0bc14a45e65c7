import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { TandemError } from '../../src/errors.js'
import type { Reader } from './reader.js'

/** Seconds of processor time for 100 kB, and bytes of memory beyond what there was before. */
export const MOST_SECONDS = 2
export const MOST_MEMORY = 256 * 2 ** 20
const LONGEST_MESSAGE = 5000

export interface Verdict {
  readonly seconds: number
  readonly memory: number
  /** How reading ended: with a value, a named error, or against what is promised. */
  readonly ended: 'value' | 'error' | 'wrong'
  readonly problem?: string
}

const memoryNow = () => {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Lets a reader read bytes, and says whether it kept what is promised of every file. */
export async function judge(reader: Reader, file: string, bytes: Uint8Array): Promise<Verdict> {
  writeFileSync(file, bytes)
  const [before, cpu] = [memoryNow(), process.cpuUsage()]
  let ended: Verdict['ended'] = 'value'
  let problem: string | undefined
  try {
    await reader.read(file)
  } catch (error) {
    ended = 'error'
    problem = complaint(error, reader, file)
  }
  const { user, system } = process.cpuUsage(cpu)
  const [seconds, memory] = [(user + system) / 1e6, memoryNow() - before]
  if (seconds > (reader.seconds ?? MOST_SECONDS)) problem ??= `took ${seconds.toFixed(1)} s of processor time`
  if (memory > MOST_MEMORY) problem ??= `took ${Math.round(memory / 2 ** 20)} MiB of memory`
  return {
    seconds,
    memory,
    ended: problem === undefined ? ended : 'wrong',
    ...(problem !== undefined && { problem }),
  }
}

function complaint(error: unknown, { unnamed }: Reader, file: string): string | undefined {
  if (!(error instanceof TandemError))
    return `is no error of Tandem's: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 1000) : String(error)}`
  const { message } = error
  if (message.length > LONGEST_MESSAGE)
    return `an error of ${message.length} characters: ${message.slice(0, 200)}`
  return unnamed || message.includes(basename(file))
    ? undefined
    : `does not name the file: ${message.slice(0, 500)}`
}
