import { join } from 'node:path'
import { formatMetric, layerFigures } from '../cost/index.js'
import type { Dataset } from '../data/index.js'
import { drive, onDisk, type Run, writeAside } from '../runs/index.js'
import {
  architectureFigure,
  architectureTable,
  comparisonTable,
  type OneShotConfig,
  type OneShotResult,
  oneShotFigures,
  oneShotJob,
  SUPERNET_FILE,
  writeSupernet,
} from '../search/index.js'
import type { SearchSession } from './baseline-trainer.js'
import { cutShortNotes, exportTrained } from './export-trained.js'
import { givenSupernet } from './one-shot-options.js'
import { trainedDetails } from './trained-details.js'
import type { Session, Work } from './with-run.js'

/** Does or continues a one-shot search; its supernet is kept in the run folder as soon as it is trained. */
export async function oneShotWork(
  run: Run,
  config: OneShotConfig,
  dataset: Dataset,
  session: SearchSession,
): Promise<Work> {
  const { space, oneShot } = config
  const given = await givenSupernet(oneShot, space)
  const job = oneShotJob(config, dataset, run.seed, {
    ...(given && { given }),
    ...(session.others && { others: session.others }),
    keep(weights) {
      const bytes = writeSupernet(space, { weights, heldOut: config.heldOut, seed: run.seed })
      onDisk(run, () => writeAside(join(run.folder, SUPERNET_FILE), bytes))
    },
  })
  const result = await drive(job, run, session)
  return finish(run, config, dataset, result, session)
}

async function finish(
  run: Run,
  config: OneShotConfig,
  dataset: Dataset,
  result: OneShotResult,
  { progress }: Session,
): Promise<Work> {
  const { space, prices } = config
  const solutions = await exportTrained(run, config, dataset, result, progress)
  const found = result.trained[0]!.architecture
  const { details, priced } = await trainedDetails(config, result)
  const comparison = comparisonTable(space, prices, result.trained)
  const tables = [architectureTable(space, found, prices), ...(comparison ? [comparison] : [])]
  const bounds = prices.map(({ metric, bound }) => `${metric} ${formatMetric(metric, bound)}`).join(', ')
  return {
    shown: tables,
    asked: prices.map(({ metric, bound }) => ({ metric, op: '<=' as const, bound })),
    solutions: solutions.slice(0, 1),
    baselines: solutions.slice(1),
    report: {
      title: `${space.name} within ${bounds}`,
      tables,
      figures: [
        architectureFigure(space, found, 'found'),
        ...layerFigures(priced),
        ...oneShotFigures(space, prices, result),
      ],
      details,
      notes: [
        ...cutShortNotes(result),
        `${result.scored.length} networks were scored on held-out images with the weights they share, their batch norms taking the statistics of the batch; the best was trained.`,
        'Every trained network was trained from scratch with the same plan and seen once by the test split.',
      ],
    },
  }
}
