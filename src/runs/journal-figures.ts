import type { ReportFigure } from './figure.js'
import type { Curve } from './journal-curves.js'

/** Curves of one kind that are drawn; of more than these a figure would not be read. */
const MOST_LABELS = 8
const MOST_KEYS = 8
/** Points that can be pointed at, in a figure. */
const MOST_MARKS = 1200

/** Every kind of line as a figure: a chart for each of its numbers, a colour for each of whom it tells. */
export function journalFigures(curves: readonly Curve[]): readonly ReportFigure[] {
  const kinds = [...new Set(curves.map(({ kind }) => kind))]
  return kinds.map(kind => figureOf(curves.filter(curve => curve.kind === kind)))
}

function figureOf(curves: readonly Curve[]): ReportFigure {
  const keys = [...new Set(curves.map(({ key }) => key))].slice(0, MOST_KEYS)
  const labels = [...new Set(curves.map(({ label }) => label))].slice(0, MOST_LABELS)
  const drawn = curves.filter(({ key, label }) => keys.includes(key) && labels.includes(label))
  const values = drawn.flatMap(({ key, label, points }) =>
    points.map(point => ({ of: label, number: key, ...point })),
  )
  const several = labels.length > 1
  const thinned = values.some(({ least, most }) => least !== most)
  const x = { field: 'step', type: 'quantitative', axis: { tickCount: 5, format: '~s' } }
  const up = { type: 'quantitative', title: null, scale: { zero: false } }
  const color = several && { color: { field: 'of', type: 'nominal', title: null, sort: labels } }
  const chart = (key: string) => ({
    ...{ title: { text: key, anchor: 'start', fontSize: 12, fontWeight: 'normal' }, width: 250, height: 130 },
    transform: [{ filter: `datum.number === ${JSON.stringify(key)}` }],
    layer: [
      ...(thinned
        ? [
            {
              mark: { type: 'area', opacity: 0.25 },
              encoding: { x, y: { field: 'least', ...up }, y2: { field: 'most' }, ...color },
            },
          ]
        : []),
      {
        mark: { type: 'line', strokeWidth: 1.5, point: values.length <= MOST_MARKS ? { size: 18 } : false },
        encoding: {
          ...{ x, y: { field: 'mean', ...up }, ...color },
          tooltip: [
            ...(several ? [{ field: 'of', title: 'of' }] : []),
            ...[{ field: 'step' }, { field: 'mean', title: thinned ? `${key}, mean` : key }],
            ...(thinned ? [{ field: 'least' }, { field: 'most' }] : []),
          ],
        },
      },
    ],
  })
  const rest = new Set(curves.map(({ label }) => label)).size - labels.length
  return {
    title: `${keys.join(', ')} over the steps${rest > 0 ? `, of ${labels.length} and not of ${rest} others` : ''}`,
    spec: { data: { values }, columns: 2, spacing: 18, concat: keys.map(chart) },
  }
}
