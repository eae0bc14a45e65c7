import { gzipSync } from 'node:zlib'
import { applyConfig } from '../../../src/cli/apply-config.js'
import { readAccuracyTable } from '../../../src/codesign/accuracy-table.js'
import { nasbench201Family } from '../../../src/codesign/nasbench201-family.js'
import { architectureAt } from '../../../src/codesign/network-family.js'
import { readTable, tableYaml } from '../../../src/cost/index.js'
import { count } from '../../../src/network/index.js'
import { decode, readSpace, searchable, smallest } from '../../../src/search/space-index.js'
import * as formats from '../formats.js'
import type { Reader } from '../reader.js'
import * as seeds from '../seeds.js'

const family = nasbench201Family(['nor_conv_1x1', 'nor_conv_3x3'])
const accuracies = () => {
  const lines = Array.from(
    { length: family.size },
    (_, i) => `${family.format(architectureAt(family, i))},${i}\n`,
  )
  return seeds.bytesOf(`arch,valid\n${lines.join('')}`)
}

export const asked: readonly Reader[] = [
  {
    name: 'search space',
    file: 'space.yaml',
    format: formats.yaml,
    seeds: () =>
      ['cifar10-mbconv-se', 'imagenet-single-path'].map(name => seeds.shipped(`search-spaces/${name}.yaml`)),
    read(file) {
      const space = readSpace(file)
      if (searchable(space).length < 100) count(decode(space, smallest(space)))
    },
  },
  {
    name: 'device table',
    file: 'table.yaml',
    format: formats.yaml,
    seeds: () => ['pixel1', 'xeon-cifar10-mbconv'].map(name => seeds.shipped(`latency-models/${name}.yaml`)),
    read: file => tableYaml(readTable(file)),
  },
  {
    name: 'config',
    file: 'config.yaml',
    format: formats.yaml,
    seeds: () => [
      seeds.bytesOf('data: cifar10-sample\nepochs: 3\nconstraint: [latency<=4ms, macs<=50%]\nquiet: true\n'),
    ],
    read: file => applyConfig(seeds.toyCommand(), file),
  },
  {
    name: 'accuracies',
    file: 'accuracies.csv',
    format: formats.csv,
    seeds: () => [accuracies()],
    read: file => readAccuracyTable(file, family),
  },
  {
    name: 'accuracies: gzip',
    file: 'accuracies.csv.gz',
    format: formats.gzip(formats.csv),
    seeds: () => [new Uint8Array(gzipSync(accuracies()))],
    read: file => readAccuracyTable(file, family),
  },
]
