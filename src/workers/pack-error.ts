import * as errors from '../errors.js'

/** An error as plain JSON. */
export interface PackedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  /** Of a ConfigError. */
  readonly where?: string
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack } = error
  return {
    ...{ name, message },
    ...(stack !== undefined && { stack }),
    ...(error instanceof errors.ConfigError && { where: error.where }),
  }
}

type ErrorClass = new (message: string) => Error
const classes = errors as unknown as Readonly<Record<string, ErrorClass | undefined>>

/** The error again, of the class of that name where Tandem has one. */
export function unpackError({ name, message, stack, where }: PackedError): Error {
  const error = revived(name, message, where)
  if (stack !== undefined) error.stack = stack
  return error
}

function revived(name: string, message: string, where: string | undefined): Error {
  if (where !== undefined) return new errors.ConfigError(where, message.slice(where.length + 2))
  const known = classes[name]
  if (known?.prototype instanceof errors.TandemError && known !== (errors.TandemError as unknown))
    return new known(message)
  return Object.assign(new Error(message), { name })
}
