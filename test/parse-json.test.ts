import { expect, it } from 'vitest'
import { parseJson } from '../src/parse-json.js'

const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}0${'}]'.repeat(depth / 2)}`

it('JSON is read like JSON.parse, what stands in texts not counted', () => {
  const text = JSON.stringify({ a: [1, { b: '[{"'.repeat(500) }], 'c\\': '\\"[' })
  expect(parseJson(text)).toEqual(JSON.parse(text))
  expect(parseJson(nested(200))).toEqual(JSON.parse(nested(200)))
})

it('JSON that nests deeper than any file of ours is refused', () => {
  expect(() => parseJson(nested(202))).toThrow(/nests deeper than 200 levels/)
  expect(() => parseJson('[')).toThrow(SyntaxError)
})
