import { availableParallelism, cpus, totalmem } from 'node:os'

/** The machine a result was made on, without its name. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly platform: string
}

export function machine(): Machine {
  return Object.freeze({
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    platform: `${process.platform} ${process.arch}`,
  })
}
