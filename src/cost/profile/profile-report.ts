import type { ReportContent } from '../../runs/index.js'
import type { ProfileResult } from './profile-table.js'

/** How far the table can be trusted, in one sentence. */
export function profileVerdict({ table, networks }: ProfileResult): string {
  const { validation } = table
  if (validation === undefined) return 'The table was not checked against whole networks.'
  const { mape, worst, spearman, kendall } = validation
  const off = `off by ${mape.toFixed(1)} % on average, ${worst.toFixed(1)} % at worst`
  const order = `rank correlation ${spearman.toFixed(3)} (Kendall ${kendall.toFixed(3)})`
  return `The table's sums against ${networks.length} networks measured whole: ${off}; ${order}.`
}

/** The table and its check as a report: prices, and predicted against measured latency. */
export function profileReport(result: ProfileResult): ReportContent {
  const { table, networks } = result
  const largest = Math.max(...networks.flatMap(({ predictedMs, measuredMs }) => [predictedMs, measuredMs]))
  const encoding = {
    x: { field: 'measuredMs', type: 'quantitative', title: 'measured, ms' },
    y: { field: 'predictedMs', type: 'quantitative', title: 'sum of the table, ms' },
  }
  const diagonal = [0, largest].map(ms => ({ measuredMs: ms, predictedMs: ms }))
  const prices = Object.entries(table.blocks).flatMap(([block, choices]) =>
    Object.entries(choices).map(([choice, { ms, spreadMs }]) => [block, choice, ms, spreadMs]),
  )
  return {
    title: `Latency of ${table.space} on ${table.device}`,
    notes: [
      profileVerdict(result),
      `What every network has, stem and head included, costs ${table.fixedMs.toFixed(4)} ms.`,
    ],
    tables: [{ title: 'Prices', columns: ['block', 'choice', 'ms', 'spread, ms'], rows: prices }],
    figures: [
      {
        title: 'Predicted against measured',
        spec: {
          layer: [
            {
              data: { values: diagonal },
              mark: { type: 'line', strokeDash: [4, 4], color: '#888888' },
              encoding,
            },
            { data: { values: networks }, mark: 'point', encoding },
          ],
        },
      },
    ],
  }
}
