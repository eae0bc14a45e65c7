import { describe, expect, it } from 'vitest'
import { table } from '../../src/cli/table.js'
import { duration } from '../../src/runs/index.js'

describe('a table on the terminal', () => {
  it('sets figures flush right and leaves out what does not apply', () => {
    const rows = [
      ['small', 1234567, 0.91234, true],
      ['a larger one', 12, undefined, false],
    ]
    expect(table(['name', 'MACs', 'accuracy', 'met'], rows)).toBe(
      [
        'name               MACs  accuracy  met\n',
        'small         1,234,567    0.9123  yes\n',
        'a larger one         12            no\n',
      ].join(''),
    )
  })

  it('keeps a row on one line', () => {
    expect(table(['name'], [['two\nlines']])).toBe('name\ntwo lines\n')
  })
})

it.each([
  [0.4, '0 s'],
  [59.6, '1 min 0 s'],
  [185, '3 min 5 s'],
  [7800, '2 h 10 min'],
  [100 * 3600, '4 d 4 h'],
])('%d seconds are said as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})
