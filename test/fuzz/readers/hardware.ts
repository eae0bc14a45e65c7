import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readLibrary } from '../../../src/hardware/characterize/index.js'
import { readDataSet } from '../../../src/hardware/data-set.js'
import {
  accelerators,
  acceleratorYaml,
  readAccelerator,
  readAcceleratorSpace,
} from '../../../src/hardware/index.js'
import { readPeModel } from '../../../src/hardware/models/index.js'
import { readSramTables } from '../../../src/hardware/sram.js'
import { readChipLayers } from '../../../src/hardware/validation/eyeriss-chip.js'
import * as formats from '../formats.js'
import type { Reader } from '../reader.js'
import * as seeds from '../seeds.js'

export const hardware: readonly Reader[] = [
  {
    name: 'liberty',
    file: 'toy.lib',
    seeds: () => [seeds.bytesOf(seeds.LIBERTY)],
    read: readLibrary,
  },
  {
    name: 'liberty: gzip',
    file: 'toy.lib.gz',
    format: formats.gzip(),
    seeds: () => [new Uint8Array(gzipSync(seeds.LIBERTY))],
    read: readLibrary,
  },
  {
    name: 'accelerator',
    file: 'accelerator.yaml',
    format: formats.yaml,
    seeds: () =>
      ['edge-int8', 'eyeriss-like'].map(name => seeds.shipped(`latency-models/accelerator/${name}.yaml`)),
    read: file => acceleratorYaml(readAccelerator(file), ''),
  },
  {
    name: 'accelerators',
    file: 'accelerators.yaml',
    format: formats.yaml,
    seeds: () =>
      ['accelerator-space', 'accelerator-study'].map(name =>
        seeds.shipped(`latency-models/accelerator/${name}.yaml`),
      ),
    read: file => accelerators(readAcceleratorSpace(file)).next(),
  },
  {
    name: 'fitted models',
    file: 'ppa.json',
    format: formats.json,
    seeds: () => [seeds.shipped('latency-models/accelerator/ppa-45nm.json')],
    read: readPeModel,
  },
  {
    name: 'characterization',
    file: 'points.csv',
    format: formats.csv,
    seeds() {
      const lines = new TextDecoder().decode(
        seeds.shipped('latency-models/accelerator/characterization-45nm.csv'),
      )
      return [seeds.bytesOf(lines.split('\n').slice(0, 12).join('\n'))]
    },
    prepare: folder =>
      seeds.write(folder, {
        'points.json': seeds.shipped('latency-models/accelerator/characterization-45nm.json'),
      }),
    read: readDataSet,
  },
  {
    name: 'characterization: header',
    file: 'points.json',
    format: formats.json,
    seeds: () => [seeds.shipped('latency-models/accelerator/characterization-45nm.json')],
    prepare: folder =>
      seeds.write(folder, {
        'points.csv': seeds.shipped('latency-models/accelerator/characterization-45nm.csv'),
      }),
    read: file => readDataSet(join(dirname(file), 'points.csv')),
  },
  {
    name: 'sram',
    file: 'sram.csv',
    format: formats.csv,
    seeds: () => [seeds.shipped('latency-models/accelerator/sram/sram-45nm.csv')],
    read: readSramTables,
  },
  {
    name: 'chip layers',
    file: 'eyeriss.csv',
    format: formats.csv,
    seeds: () => [seeds.shipped('latency-models/accelerator/validation/eyeriss-alexnet.csv')],
    read: readChipLayers,
  },
]
