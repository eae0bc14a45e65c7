import { isMainThread, threadId } from 'node:worker_threads'
import { ConfigError, DataError, InfeasibleError } from '../../src/errors.js'
import { random } from '../../src/random.js'
import type { EvaluatorKinds } from '../../src/workers/index.js'

export interface ToySetup {
  readonly seed: number
  readonly offset: number
}

export type ToyTask =
  | { readonly draw: number }
  | { readonly echo: unknown }
  | { readonly fail: 'data' | 'config' | 'infeasible' | 'plain' }
  | { readonly sleepMs: number; readonly value: number }
  | { readonly where: true }
  | { readonly die: true }

const made = { count: 0 }

/** Evaluations that are cheap, fail, take time or end their thread. */
export const kinds: EvaluatorKinds = {
  toy: async () => {
    return ({ seed, offset }: ToySetup) => {
      made.count++
      return { evaluate: (task: ToyTask) => evaluate(task, seed, offset) }
    }
  },
  refusing: async () => () => {
    throw new DataError('data/cifar10: no such folder')
  },
}

async function evaluate(task: ToyTask, seed: number, offset: number): Promise<unknown> {
  if ('draw' in task) return random(seed, 'toy', task.draw).normal() + offset
  if ('echo' in task) return task.echo
  if ('where' in task) return { isMainThread, threadId, made: made.count, pid: process.pid }
  if ('die' in task) process.exit(3)
  if ('sleepMs' in task) {
    await new Promise(resolve => setTimeout(resolve, task.sleepMs))
    return task.value
  }
  if (task.fail === 'data') throw new DataError('cats.bin: 3 bytes are missing')
  if (task.fail === 'config') throw new ConfigError('space.yaml:7', 'no choice "9x9"')
  if (task.fail === 'infeasible') throw new InfeasibleError('nothing meets latency<=0ms')
  throw new RangeError('index 9 of 3')
}
