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
}

const AXES = [
  ['latencyMs', 'latency, ms'],
  ['energyMj', 'energy, mJ'],
  ['areaMm2', 'area, mm²'],
] as const

/** Whether nothing is better in both, or better in one and as good in the other. */
export const onFront = <P>(points: readonly P[], of: (point: P) => readonly [number, number]) =>
  points.filter(point => {
    const [x, y] = of(point)
    return !points.some(other => {
      const [a, b] = of(other)
      return a <= x && b <= y && (a < x || b < y)
    })
  })

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
          encoding: { x, y, color: { field: 'peType', type: 'nominal', title: 'computed by' } },
        },
        { mark: { type: 'text', dy: -9, fontSize: 9 }, encoding: { x, y, text: { field: 'name' } } },
      ],
    }
  })
  return [{ title: 'Error against price, by scheme', spec: { hconcat: charts } }]
}
