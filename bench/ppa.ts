import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  accelerator,
  acceleratorAt,
  acceleratorFigures,
  countAccelerators,
  estimate,
  isMeasured,
  PE_TYPES,
  readAcceleratorSpace,
  readDataSet,
  readPeModel,
  workloadOf,
} from '../src/hardware/index.js'
import { resnet } from '../src/network/index.js'
import { packageRoot } from '../src/package-root.js'
import { type BenchOptions, type BenchResult, integerOption, median, row } from './bench.js'

/** Evaluations a second: ZigZag's cost model as measured here, MAESTRO's designs as reported. */
const ZIGZAG = 330
const MAESTRO = 170_000

/**
 * ResNet-20 priced whole, mapping included, on a different accelerator each time; area, clock and power of designs;
 * and how much faster that is than synthesizing one PE. `--seconds` of each (2). `--models FILE` for the coefficients.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const seconds = integerOption(options, 'seconds', 2)
  const peModel = readPeModel(options['models'])
  const space = readAcceleratorSpace('accelerator-space')
  const designs = Array.from({ length: countAccelerators(space) }, (_, i) => acceleratorAt(space, i))
  const network = resnet({ depth: 20 })

  const networks = PE_TYPES.map(peType => {
    const own = designs.filter(design => design.peType === peType)
    return [
      peType,
      perSecond(seconds / 2, i => estimate(workloadOf(network), own[i % own.length]!, peModel)),
    ] as const
  })
  const figures = perSecond(seconds, i => acceleratorFigures(designs[i % designs.length]!, peModel))
  const edge = acceleratorFigures(accelerator({ peType: 'int16' }), peModel)
  const synthesis = synthesisSeconds()
  return {
    name: 'ppa',
    rows: [
      ...networks.map(([peType, rate]) =>
        row(`ResNet-20 on ${peType}, networks/s (ZigZag: cost evaluations/s)`, rate, ZIGZAG),
      ),
      row(
        `area, clock, power (${edge.areaMm2.toFixed(2)} mm²), designs/s (MAESTRO: reported)`,
        figures,
        MAESTRO,
      ),
      ...(synthesis === undefined ? [] : [row('PE designs/s (synthesis)', figures, 1 / synthesis)]),
    ],
  }
}

/** Calls a second, `work` being told the number of the call. */
function perSecond(seconds: number, work: (index: number) => unknown): number {
  for (let i = 0; i < 50; i++) work(i)
  let calls = 0
  const start = performance.now()
  while (performance.now() - start < seconds * 1000) for (let i = 0; i < 20; i++) work(calls++)
  return (1000 * calls) / (performance.now() - start)
}

/** Seconds that characterizing one point took, of the data set that ships; undefined where none does. */
function synthesisSeconds(): number | undefined {
  const folder = join(packageRoot, 'latency-models', 'accelerator')
  const file = readdirSync(folder).find(
    name => name.endsWith('.csv') && existsSync(join(folder, name.replace(/csv$/, 'json'))),
  )
  if (file === undefined) return undefined
  const points = readDataSet(join(folder, file)).points.filter(isMeasured)
  return points.length === 0 ? undefined : median(points.map(point => point.seconds))
}
