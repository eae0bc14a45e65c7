import type { Curve } from './curves.js'
import type { ReportFigure } from './figure.js'

/** Charts of a figure. */
const MOST_CHARTS = 8
/** Curves that can be told apart in one chart. */
const MOST_LABELS = 8
/** Points of a figure that are marked, so that they can be pointed at. */
const MOST_MARKS = 1200

/** Every number of a journal over the steps, a chart for each, whatever words tell its curves apart as colours. */
export function journalFigures(curves: readonly Curve[]): readonly ReportFigure[] {
  const fields = [...new Set(curves.map(({ field }) => field))]
  return Array.from({ length: Math.ceil(fields.length / MOST_CHARTS) }, (_, i) =>
    figureOf(fields.slice(i * MOST_CHARTS, (i + 1) * MOST_CHARTS), curves),
  )
}

function figureOf(fields: readonly string[], curves: readonly Curve[]): ReportFigure {
  const drawn = fields.flatMap(field => curves.filter(curve => curve.field === field).slice(0, MOST_LABELS))
  const values = drawn.flatMap(({ field, label, points }) =>
    points.map(([step, value]) => ({ field, of: label, step, value })),
  )
  const mark = { type: 'line', strokeWidth: 1.5, point: values.length <= MOST_MARKS && { size: 18 } }
  const labels = [...new Set(drawn.map(({ label }) => label))]
  const chart = (field: string) => ({
    ...{ title: { text: field, anchor: 'start', fontSize: 12, fontWeight: 'normal' } },
    ...{ width: 250, height: 130, transform: [{ filter: `datum.field === ${JSON.stringify(field)}` }], mark },
    encoding: {
      x: { field: 'step', type: 'quantitative', axis: { tickCount: 5, format: '~s' } },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false } },
      ...(labels.length > 1 && { color: { field: 'of', type: 'nominal', title: null, sort: labels } }),
      tooltip: ['of', 'step', 'value'].map(field => ({ field })),
    },
  })
  return {
    title: `${fields.join(', ')} over the steps`,
    spec: { data: { values }, columns: 2, spacing: 18, concat: fields.map(chart) },
  }
}
