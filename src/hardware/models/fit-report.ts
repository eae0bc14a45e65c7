import type { MeasuredPoint } from '../data-set.js'
import type { PeFigures } from '../pe-design.js'
import { FIGURES, type FittedModels } from './fitted-models.js'
import { peModel } from './pe-model.js'
import { PLACES } from './split-points.js'

type Cell = string | number | undefined
type Table = {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}
type Figure = { readonly title: string; readonly spec: Readonly<Record<string, unknown>> }

/** Figures that are modelled, in words and with their units. */
const WORDS: Readonly<Record<keyof PeFigures, readonly [string, string]>> = Object.freeze({
  areaUm2: ['Area', 'µm²'],
  criticalPathNs: ['Critical path', 'ns'],
  leakageMw: ['Leakage', 'mW'],
  energyPjPerMac: ['Energy of a MAC', 'pJ'],
})

/** Tables of a fit: what was chosen, and accuracy by figure and type, errors in percent. */
export function fitTables(models: FittedModels): readonly Table[] {
  return PLACES.flatMap(place => {
    const figures = models.places[place]?.figures
    if (figures === undefined) return []
    const chosen: Table = {
      title: `Chosen polynomials, scratchpads ${place}`,
      columns: ['figure', 'features', 'types', 'form', 'degree', 'lowest error by degree, %'],
      rows: FIGURES.map(name => {
        const { features, scope, form, degree, tried } = figures[name]
        const errors = tried.map(({ degree, mape }) => `${degree}: ${mape.toFixed(2)}`).join(', ')
        return [WORDS[name][0], features, scope, form, degree, errors]
      }),
    }
    const accuracies = FIGURES.map(
      (name): Table => ({
        title: `${WORDS[name][0]}, scratchpads ${place}`,
        columns: [
          'type',
          'points',
          'R²',
          'MAPE, %',
          '95th, %',
          'held out',
          'R² held out',
          'MAPE held out, %',
          '95th held out, %',
        ],
        rows: Object.entries(figures[name].crossValidation).map(([type, crossed]) => {
          const held = figures[name].heldOut[type]
          return [
            type,
            crossed.points,
            crossed.r2,
            crossed.mape,
            crossed.p95,
            held?.points,
            held?.r2,
            held?.mape,
            held?.p95,
          ]
        }),
      }),
    )
    return [chosen, ...accuracies]
  })
}

/** Held-out points predicted against measured, a vega-lite figure for each modelled figure and scratchpad place. */
export function fitFigures(models: FittedModels, heldOut: readonly MeasuredPoint[]): readonly Figure[] {
  const predict = peModel(models, { check: false })
  return PLACES.flatMap(place => {
    const points = heldOut.filter(({ design }) => design.scratchpads === place)
    if (points.length === 0) return []
    return FIGURES.map(name => {
      const [words, unit] = WORDS[name]
      const values = points.map(({ design, figures }) => ({
        type: design.type,
        measured: figures[name],
        predicted: predict(design)[name],
      }))
      const all = values.flatMap(({ measured, predicted }) => [measured, predicted])
      const ends = [Math.min(...all), Math.max(...all)].map(value => ({ measured: value, predicted: value }))
      const axis = (field: string) => ({
        field,
        type: 'quantitative',
        title: `${field}, ${unit}`,
        scale: { type: 'log', nice: false },
      })
      return {
        title: `${words}, scratchpads ${place}: held-out points`,
        spec: {
          encoding: { x: axis('measured'), y: axis('predicted') },
          layer: [
            { data: { values: ends }, mark: { type: 'line', color: '#888888', strokeWidth: 1 } },
            {
              data: { values },
              mark: { type: 'point', opacity: 0.8 },
              encoding: { color: { field: 'type', type: 'nominal', title: null } },
            },
          ],
        },
      }
    })
  })
}
