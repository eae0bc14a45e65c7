import { InputError } from '../../../errors.js'

/** A function of pins as a truth table: bit i of the index is the value of `inputs[i]`. */
export interface TruthTable {
  readonly inputs: readonly string[]
  readonly table: Uint8Array
}

const MOST_INPUTS = 10
/** Signs and names of an expression, which bounds how deep it nests. */
const MOST_TOKENS = 1000

type Evaluate = (index: number) => boolean

/**
 * A liberty boolean expression (`!A`, `A'`, `A & B`, `A * B`, `A B`, `A | B`, `A + B`, `A ^ B`, 0, 1, parentheses)
 * as a truth table over `inputs` (default: its names in order of appearance). Precedence as liberty has it:
 * not, exclusive or, and, or. Throws InputError for what does not parse, an unknown name, more than 10 names.
 */
export function booleanFunction(expression: string, inputs?: readonly string[]): TruthTable {
  const tokens = expression.match(/[A-Za-z_][\w[\].]*|[01]|[!'&*|+^()]|\S/g) ?? []
  const names: string[] = inputs === undefined ? [] : [...inputs]
  let at = 0
  const fail = (): never => {
    throw new InputError(
      `"${expression.slice(0, 200)}": not a boolean expression of ${names.join(', ') || 'pins'}`,
    )
  }
  const variable = (name: string): Evaluate => {
    if (!names.includes(name)) {
      if (inputs !== undefined) fail()
      names.push(name)
    }
    const bit = names.indexOf(name)
    return index => ((index >> bit) & 1) === 1
  }
  if (tokens.length > MOST_TOKENS) fail()
  const primary = (): Evaluate => {
    const token = tokens[at++]
    if (token === undefined) return fail()
    if (token === '!') {
      const operand = primary()
      return index => !operand(index)
    }
    let value: Evaluate
    if (token === '(') {
      value = or()
      if (tokens[at++] !== ')') fail()
    } else if (token === '0' || token === '1') value = () => token === '1'
    else if (/^[A-Za-z_]/.test(token)) value = variable(token)
    else return fail()
    while (tokens[at] === "'") {
      at++
      const operand = value
      value = index => !operand(index)
    }
    return value
  }
  const xor = (): Evaluate => {
    let left = primary()
    while (tokens[at] === '^') {
      at++
      const [a, b] = [left, primary()]
      left = index => a(index) !== b(index)
    }
    return left
  }
  const and = (): Evaluate => {
    let left = xor()
    for (;;) {
      const token = tokens[at]
      if (token === '&' || token === '*') at++
      else if (token === undefined || !/^[A-Za-z_01!(]/.test(token)) return left
      const [a, b] = [left, xor()]
      left = index => a(index) && b(index)
    }
  }
  const or = (): Evaluate => {
    let left = and()
    while (tokens[at] === '|' || tokens[at] === '+') {
      at++
      const [a, b] = [left, and()]
      left = index => a(index) || b(index)
    }
    return left
  }
  const evaluate = or()
  if (at !== tokens.length || names.length > MOST_INPUTS) fail()
  return { inputs: names, table: Uint8Array.from({ length: 1 << names.length }, (_, i) => +evaluate(i)) }
}
