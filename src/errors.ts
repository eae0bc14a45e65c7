/** How a command ends when it does not end well. */
export const EXIT = { failed: 1, input: 2, infeasible: 3, interrupted: 130 } as const

/** Characters of a message: what a damaged file holds may be long, and is quoted. */
const LONGEST = 4000

/** Base of every error that Tandem raises on purpose: says what is wrong, where, and what to do. */
export abstract class TandemError extends Error {
  abstract readonly exitCode: number
  constructor(message: string) {
    super(message.length > LONGEST ? `${message.slice(0, LONGEST)} …` : message)
  }
  override get name(): string {
    return this.constructor.name
  }
}

/** Something the user handed in is wrong: a file, a key, an option. Nothing has been written. */
export class InputError extends TandemError {
  readonly exitCode: number = EXIT.input
}

/** A configuration, space or table file with a wrong key or value. `where` is `file:line`. */
export class ConfigError extends InputError {
  constructor(
    readonly where: string,
    message: string,
  ) {
    super(`${where}: ${message}`)
  }
}

/** A data set that is missing, truncated or not what it claims to be. */
export class DataError extends InputError {}

/** A network that is malformed or asks for what is not supported; names the layer. */
export class NetworkError extends InputError {}

/** A cost model that cannot price what it is asked to price. */
export class CostError extends InputError {}

/** The run folder cannot be used: name taken, folder locked, checkpoint damaged beyond recovery. */
export class RunError extends TandemError {
  readonly exitCode: number = EXIT.failed
}

/** A task whose worker died under it, more than once where others could take over, or that took too long. */
export class LostTaskError extends RunError {}

/** A deadline has passed before there was anything to give; the message says what is still needed. */
export class NothingYetError extends RunError {}

/** TensorFlow cannot be loaded or fetched; the message says how to mend it. */
export class EngineError extends TandemError {
  readonly exitCode: number = EXIT.failed
}

/** No network of the space meets the constraint; the message says the smallest reachable value. */
export class InfeasibleError extends TandemError {
  readonly exitCode: number = EXIT.infeasible
}

/** The user stopped the run; its checkpoint is on disk and it can be resumed. */
export class InterruptedError extends TandemError {
  readonly exitCode: number = EXIT.interrupted
}
