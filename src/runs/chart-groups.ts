import type { Chart, ChartSeries } from './chart.js'
import type { Curve } from './curves.js'

/** Curves of one run, or of one of several that are compared. */
export interface NamedCurves {
  readonly name: string
  readonly curves: readonly Curve[]
}

/** More lines than this in one chart cannot be told apart. */
const MOST_SERIES = 8

const words = (field: string): readonly string[] =>
  field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')

/** What a field measures is the last word of its name: `trainAccuracy`, `heldOutAccuracy`; `price 2` is a price. */
const measureOf = (field: string): string => words(field).findLast(word => !/^\d+$/.test(word)) ?? field

/**
 * Charts of curves over steps. Of one run, fields that measure the same lie over each other, each curve in a colour; of
 * several, the runs do, field by field, each run in a colour.
 */
export function curveCharts(runs: readonly NamedCurves[]): readonly Chart[] {
  const all = runs.flatMap(({ name, curves }, run) => curves.map(curve => ({ name, run, curve })))
  const subjectOf = ({ field }: Curve) => (runs.length > 1 ? field : measureOf(field))
  const subjects = [...new Set(all.map(({ curve }) => subjectOf(curve)))]
  return subjects.map(subject => {
    const group = all.filter(({ curve }) => subjectOf(curve) === subject)
    const fields = [...new Set(group.map(({ curve }) => curve.field))]
    const kinds = [...new Set(group.map(({ curve }) => JSON.stringify([curve.field, curve.label])))]
    const series = group.map(({ name, run, curve }): ChartSeries => {
      const kind = kinds.indexOf(JSON.stringify([curve.field, curve.label]))
      const parts = [
        runs.length > 1 ? name : '',
        fields.length > 1 ? words(curve.field).join(' ') : '',
        curve.label,
      ].filter(part => part !== '')
      const shown = parts.join(' ') || words(curve.field).join(' ')
      const [colour, dash] = runs.length > 1 ? [run, kind] : [kind, 0]
      return { name: shown, mark: 'line', colour, dash, points: curve.points }
    })
    const title = fields.map(field => words(field).join(' ')).join(', ')
    return {
      title,
      x: 'step',
      series: series.slice(0, MOST_SERIES),
      left: Math.max(0, series.length - MOST_SERIES),
    }
  })
}
