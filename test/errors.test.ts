import { expect, it } from 'vitest'
import { InputError } from '../src/errors.js'

it('an error quotes a damaged file, and not all of it', () => {
  const { message } = new InputError(`model.json: no layer is a ${'x'.repeat(100_000)}`)
  expect(message).toMatch(/^model\.json: no layer is a x+ …$/)
  expect(message.length).toBeLessThan(5000)
})
