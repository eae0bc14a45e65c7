import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createNetwork,
  mobilenetV2,
  nasbench201,
  parseNasbench201,
  readStructure,
  structureJson,
} from '../../src/network/index.js'

const folder = mkdtempSync(join(tmpdir(), 'tandem-structure-'))
const file = join(folder, 'network.json')
const cell = '|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|'

describe('the structure of a network as JSON', () => {
  it.each([nasbench201(parseNasbench201(cell)), mobilenetV2({ variant: 'cifar' })])(
    'is read back to the same layers',
    network => {
      writeFileSync(file, structureJson(network))
      expect(readStructure(file)).toEqual(createNetwork({ ...network, weights: {} }))
    },
  )

  it.each([
    ['nonsense', /network\.json: is damaged: .*JSON/],
    ['{"schema":1}', /network\.json: is not the structure of a network/],
    ['null', /network\.json: is damaged/],
    [
      structureJson(nasbench201(parseNasbench201(cell))).replace('"conv"', '"convolution"'),
      /damaged: .*convolution/,
    ],
    [structureJson(nasbench201(parseNasbench201(cell))).replace('"stem"', '"steam"'), /damaged: layer "/],
    [
      structureJson(nasbench201(parseNasbench201(cell))).replace('"name": "', '"name": 7, "was": "'),
      /damaged: [\s\S]*name/,
    ],
    [
      structureJson(nasbench201(parseNasbench201(cell))).replace(
        '"layers"',
        `"x":${'['.repeat(999)}${']'.repeat(999)},"layers"`,
      ),
      /damaged: nests deeper than 200 levels/,
    ],
  ])('is refused where it is %.20s', (text, message) => {
    writeFileSync(file, text)
    expect(() => readStructure(file)).toThrow(message)
  })

  it('is refused where there is none', () => {
    expect(() => readStructure(join(folder, 'none.json'))).toThrow(/none\.json: cannot be read/)
  })
})
