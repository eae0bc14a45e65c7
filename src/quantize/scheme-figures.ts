import { nonDominatedSort } from '../evolve/index.js'
import type { ReportFigure as Figure } from '../runs/index.js'

/** One network by one scheme in a figure. */
export interface SchemePoint {
  readonly name: string
  /** Of the processing elements that compute with it. */
  readonly peType: string
  /** 1 − accuracy. */
  readonly error: number
  readonly latencyMs: number
  readonly energyMj: number
  readonly areaMm2: number
  /** The section of the report that tells of it. */
  readonly href?: string
}

const AXES = [
  ['latencyMs', 'latency, ms'],
  ['energyMj', 'energy, mJ'],
  ['areaMm2', 'area, mm²'],
] as const

/** Those that no other dominates, by two numbers of which less is better; equal ones are all among them. */
export function onFront<P>(points: readonly P[], of: (point: P) => readonly [number, number]): readonly P[] {
  const ranks = nonDominatedSort(Float64Array.from(points.flatMap(of)), 2)
  return points.filter((_, i) => ranks[i] === 0)
}

/** Error against latency, energy and area of one array with elements of each type; lines join what nothing betters. */
export function schemeFigures(points: readonly SchemePoint[]): Figure[] {
  if (points.length < 2) return []
  const charts = AXES.map(([field, title]) => {
    const front = onFront(points, point => [point[field], point.error]).map(({ name }) => name)
    const x = { field, type: 'quantitative', title, scale: { zero: false } }
    const y = { field: 'error', type: 'quantitative', axis: { format: '.1%' }, scale: { zero: false } }
    return {
      ...{ width: 240, height: 220 },
      data: { values: points.map(point => ({ ...point, front: front.includes(point.name) })) },
      layer: [
        {
          transform: [{ filter: 'datum.front' }],
          mark: { type: 'line', interpolate: 'step-after', strokeDash: [4, 3], color: '#888' },
          encoding: { x, y, order: { field } },
        },
        {
          mark: { type: 'point', filled: true, size: 70 },
          encoding: {
            ...{ x, y, color: { field: 'peType', type: 'nominal', title: 'computed by' } },
            ...{ detail: { field: 'name' }, href: { field: 'href', type: 'nominal' } },
          },
        },
        { mark: { type: 'text', dy: -9, fontSize: 9 }, encoding: { x, y, text: { field: 'name' } } },
      ],
    }
  })
  return [{ title: 'Error against price, by scheme', spec: { hconcat: charts } }]
}
