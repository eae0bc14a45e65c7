import { booleanFunction } from '../liberty/boolean-function.js'
import type { InternalPower, Pin } from '../liberty/library.js'
import { lookup } from '../liberty/lookup-table.js'

/** Values of some of a cell's pins. */
export type PinState = Readonly<Record<string, 0 | 1>>

/** Whether a `when` condition can hold in a state. */
function possible(when: string | undefined, state: PinState): boolean {
  if (when === undefined) return true
  const { inputs, table } = booleanFunction(when)
  return table.some(
    (holds, index) =>
      holds === 1 &&
      inputs.every((name, bit) => state[name] === undefined || state[name] === ((index >> bit) & 1)),
  )
}

/**
 * Internal energy of one edge of a pin, fJ: the mean over the library's groups that the state allows.
 * `slewOf` gives the transition (ns) of the pin that a group is related to, or of the pin itself.
 */
export function pinEnergy(
  pin: Pin,
  edge: 'rise' | 'fall',
  state: PinState,
  slewOf: (pin: string) => number,
  loadFf = 0,
): number {
  let [sum, count] = [0, 0]
  for (const power of matching(pin, state)) {
    const table = power[edge]
    if (table === undefined) continue
    sum += lookup(table, slewOf(power.from ?? pin.name), loadFf)
    count++
  }
  return count === 0 ? 0 : sum / count
}

/** Mean of both edges. */
export const toggleEnergy = (
  ...[pin, state, slewOf, load]: [Pin, PinState, (pin: string) => number, number?]
): number => (pinEnergy(pin, 'rise', state, slewOf, load) + pinEnergy(pin, 'fall', state, slewOf, load)) / 2

const matching = (pin: Pin, state: PinState): readonly InternalPower[] =>
  pin.powers.filter(({ when }) => possible(when, state))
