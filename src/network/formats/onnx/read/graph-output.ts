import { InputError } from '../../../../errors.js'
import type { GraphProto, ValueInfoProto } from '../schema.js'

/**
 * The output that is read. Of several it is the first if the others look like it (the auxiliary classifiers of a
 * training graph); otherwise `wanted` must name one. Throws InputError where there is no telling.
 */
export function graphOutput({ output }: GraphProto, wanted: string | undefined): string {
  const names = output.map(({ name }) => name)
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted
    throw new InputError(`has no output "${wanted}"; it has ${names.join(', ')}`)
  }
  const [first, ...others] = output
  if (!first) throw new InputError('has no output')
  if (others.some(other => shape(other) !== shape(first) || shape(first) === ''))
    throw new InputError(
      `has ${names.length} outputs (${names.join(', ')}) of different shapes; say which one to read`,
    )
  return first.name
}

const shape = ({ type }: ValueInfoProto) =>
  type?.tensorType?.shape?.dim.map(({ dimValue, dimParam }) => dimValue ?? dimParam ?? '?').join() ?? ''
