import { InvalidArgumentError } from 'commander'
import { takes } from './option-value.js'

/** Nine digits: more is a mistake. */
const MOST = 999_999_999

/** A whole number, 1 or more. */
export const positiveInteger = takes({ type: 'integer', minimum: 1, maximum: MOST }, (text: string) => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number, 1 or more.')
})

/** A whole number, 0 or more. */
export const wholeNumber = takes({ type: 'integer', minimum: 0, maximum: MOST }, (text: string) => {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number, 0 or more.')
})

/** A number above 0 and up to 1. */
export const fraction = takes({ type: 'number', above: 0, maximum: 1 }, (text: string) => {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a number above 0 and up to 1.')
})

/** A finite number above 0. */
export const positiveNumber = takes({ type: 'number', above: 0 }, (text: string) => {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number above 0.')
})
