import {
  type Accelerator,
  type AcceleratorSpace,
  acceleratorAt,
  estimate,
  PE_TYPES,
} from '../hardware/index.js'
import { csv, type ReportContent, type ReportDetail } from '../runs/index.js'
import { type SweepOptions, type SweepPoint, type SweepState, sweepFront } from './accelerator-sweep.js'
import { layerFigures } from './layer-figure.js'

const KNOBS = [
  'peType',
  'psumBits',
  'rows',
  'columns',
  'ifmapWords',
  'filterWords',
  'psumWords',
  'scratchpads',
  'bufferKib',
  'bufferBandwidth',
  'dramBandwidth',
] as const satisfies readonly (keyof Accelerator)[]

const FIGURES = [
  'clockMhz',
  'areaMm2',
  'powerMw',
  'latencyMs',
  'energyMj',
  'utilization',
  'performancePerArea',
] as const satisfies readonly (keyof SweepPoint)[]

/** The front of every network. */
export const sweepFronts = ({ points }: SweepState): readonly SweepPoint[] =>
  networksOf(points).flatMap(network => sweepFront(points.filter(point => point.network === network)))

/** Every point and refusal, one line each: the design's knobs, its figures, whether it is on the front. */
export function sweepCsv(space: AcceleratorSpace, state: SweepState): string {
  const front = new Set(sweepFronts(state))
  const header = ['design', 'network', ...KNOBS, ...FIGURES, 'front', 'refused']
  const knobs = (design: number) => {
    const accelerator = acceleratorAt(space, design)
    return KNOBS.map(knob => accelerator[knob])
  }
  const lines = [
    ...state.points.map(point => [
      point.design,
      point.network,
      ...knobs(point.design),
      ...FIGURES.map(figure => point[figure]),
      front.has(point) ? 1 : 0,
      '',
    ]),
    ...state.refusals.map(({ design, network, refused }) => [
      design,
      network,
      ...[...KNOBS, ...FIGURES, 'front'].map(() => ''),
      refused.replaceAll(/\s+/g, ' '),
    ]),
  ]
  return csv(header, lines)
}

/** A point of a front as a solution of the run is named. */
export const sweepName = ({ name }: AcceleratorSpace, { network, design }: SweepPoint): string =>
  `${network} on ${name}-${design}`

/**
 * Performance per area against energy, PE types coloured, the front drawn through; the best of each type; and every design of
 * a front by itself.
 */
export function sweepReport(options: SweepOptions, state: SweepState): ReportContent {
  const { space } = options
  const { points, refusals } = state
  const networks = networksOf(points)
  const fronts = sweepFronts(state)
  return {
    title: `Accelerators of ${space.name}`,
    notes: [
      ...networks.map(network => spread(points, network)),
      ...(refusals.length === 0
        ? []
        : [`${refusals.length} times a design was refused; the first: ${refusals[0]!.refused}`]),
      'Area is that of PEs, scratchpads and buffer; energy includes DRAM. sweep.csv has every point.',
    ],
    tables: [
      ...networks.map(network => bestOfTypes(points, network)),
      {
        title: 'Pareto front: performance per area, energy',
        columns: ['network', 'design', ...KNOBS, 'images/s/mm²', 'mJ', 'ms', 'mm²'],
        rows: fronts.map(point => {
          const accelerator = acceleratorAt(space, point.design)
          const { performancePerArea, energyMj, latencyMs, areaMm2 } = point
          const knobs = KNOBS.map(knob => accelerator[knob])
          return [point.network, point.design, ...knobs, performancePerArea, energyMj, latencyMs, areaMm2]
        }),
      },
    ],
    figures: networks.map(network => figure(points, fronts, network)),
    details: frontDetails(options, fronts),
  }
}

/** Points of fronts whose layers are drawn, evenly along all of them. */
const MOST_DRAWN = 24

function frontDetails(options: SweepOptions, fronts: readonly SweepPoint[]): readonly ReportDetail[] {
  const { space, workloads, peModel } = options
  const stride = Math.ceil(fronts.length / MOST_DRAWN)
  return fronts.map((point, i) => {
    const { design, network, clockMhz, powerMw, utilization } = point
    const accelerator = acceleratorAt(space, design)
    const layers = () =>
      estimate(workloads.find(({ name }) => name === network)!, accelerator, peModel, options).layers
    const name = sweepName(space, point)
    return {
      ...{ id: pointId(fronts, point), title: name, solution: name },
      facts: [
        ...KNOBS.map(knob => [knob, accelerator[knob]] as const),
        ...([
          ['clock, MHz', clockMhz],
          ['power at full rate, mW', powerMw],
        ] as const),
        ['utilization', `${(100 * utilization).toFixed(1)} %`],
      ],
      ...(i % stride === 0 && {
        figures: layerFigures([{ name, layers: layers() }], `What each layer of ${name} costs`),
      }),
    }
  })
}

const pointId = (fronts: readonly SweepPoint[], point: SweepPoint): string =>
  `point-${fronts.indexOf(point) + 1}`

const networksOf = (points: readonly SweepPoint[]) => [...new Set(points.map(({ network }) => network))]

function spread(points: readonly SweepPoint[], network: string): string {
  const own = points.filter(point => point.network === network)
  const ratio = (of: (point: SweepPoint) => number) => {
    const values = own.map(of)
    return (Math.max(...values) / Math.min(...values)).toFixed(1)
  }
  const performance = ratio(point => point.performancePerArea)
  return `${network}: over ${own.length} designs performance per area varies ${performance} times, energy ${ratio(point => point.energyMj)} times.`
}

function bestOfTypes(points: readonly SweepPoint[], network: string) {
  const best = (type: string) => {
    const own = points.filter(point => point.network === network && point.peType === type)
    if (own.length === 0) return undefined
    return {
      performance: Math.max(...own.map(point => point.performancePerArea)),
      energy: Math.min(...own.map(point => point.energyMj)),
    }
  }
  const reference = best('int16')
  return {
    title: `Best of each PE type: ${network}`,
    columns: ['PE type', 'images/s/mm²', 'over int16', 'mJ', 'int16 over it'],
    rows: PE_TYPES.flatMap(type => {
      const own = best(type)
      if (own === undefined) return []
      const gains = reference && [own.performance / reference.performance, reference.energy / own.energy]
      return [[type, own.performance, gains?.[0], own.energy, gains?.[1]]]
    }),
  }
}

/** No wider than the data, with some air. */
const LOGARITHMIC = { type: 'log', nice: false, padding: 12 }

function figure(points: readonly SweepPoint[], fronts: readonly SweepPoint[], network: string) {
  const places = new Map(fronts.map(point => [point, `#${pointId(fronts, point)}`]))
  const values = (list: readonly SweepPoint[]) =>
    list
      .filter(point => point.network === network)
      .map(point => {
        const { design, peType, energyMj, performancePerArea, latencyMs, areaMm2 } = point
        const href = places.get(point)
        return { design, peType, energyMj, performancePerArea, latencyMs, areaMm2, ...(href && { href }) }
      })
  const encoding = {
    x: { field: 'energyMj', type: 'quantitative', title: 'energy, mJ', scale: LOGARITHMIC },
    y: {
      field: 'performancePerArea',
      type: 'quantitative',
      title: 'images a second and mm²',
      scale: LOGARITHMIC,
    },
  }
  const tooltip = [
    ...[{ field: 'design' }, { field: 'peType', title: 'PE type' }, encoding.y, encoding.x],
    ...[
      { field: 'latencyMs', title: 'latency, ms' },
      { field: 'areaMm2', title: 'area, mm²' },
    ],
  ]
  const color = { field: 'peType', type: 'nominal', title: 'PE type', sort: PE_TYPES }
  return {
    title: `Performance per area against energy: ${network}`,
    spec: {
      layer: [
        {
          data: { values: values(fronts) },
          mark: { type: 'line', color: '#888888', strokeDash: [4, 4] },
          encoding: { ...encoding, order: { field: 'energyMj' } },
        },
        {
          data: { values: values(points) },
          mark: 'point',
          encoding: { ...encoding, color, tooltip, href: { field: 'href', type: 'nominal' } },
        },
      ],
    },
  }
}
