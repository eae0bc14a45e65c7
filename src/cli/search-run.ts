import { formatMetric, layerFigures } from '../cost/index.js'
import { type Dataset, loadDataset } from '../data/index.js'
import { estimateMemory } from '../engine/index.js'
import { drive, machine, type Run } from '../runs/index.js'
import {
  architectureFigure,
  architectureTable,
  comparisonTable,
  decisionFigures,
  decode,
  formulationOf,
  isFeasible,
  largest,
  type OneShotConfig,
  type OuterConfig,
  type OuterResult,
  outerFigures,
  outerJob,
  outerTable,
  type SearchConfig,
  type SearchResult,
  searchFigures,
  searchJob,
  supernetNetwork,
  visitedFigures,
} from '../search/index.js'
import { baselineWorkers, type SearchSession } from './baseline-trainer.js'
import { checkShapes } from './check-shapes.js'
import { cutShortNotes, exportTrained } from './export-trained.js'
import type { ResumeOptions } from './long-command.js'
import { oneShotWork } from './one-shot-run.js'
import type { StaffOptions } from './staff-options.js'
import { trainedDetails } from './trained-details.js'
import { type Session, type Work, withRun } from './with-run.js'

/** The data of a search. Throws DataError when they do not fit the space or do not fill a batch. */
export async function loadSearchData(config: SearchConfig): Promise<Dataset> {
  const dataset = await loadDataset(config.data)
  checkShapes(config.space, dataset)
  searchJob(config, dataset, 0)
  return dataset
}

/** Does or continues a search in its run folder: search, train, export, report. */
export async function runSearch(
  run: Run,
  config: SearchConfig & StaffOptions,
  dataset: Dataset,
  options: ResumeOptions,
): Promise<void> {
  await withRun(run, options, async session => {
    session.progress.line(memoryLine(config))
    const workers = await baselineWorkers(config, run.seed, session.progress)
    const work = await searchWork(run, config, dataset, { ...session, others: workers?.others }).finally(() =>
      workers?.close(),
    )
    const busy = workers?.note()
    if (busy === undefined || work.report === undefined) return work
    return { ...work, report: { ...work.report, notes: [...(work.report.notes ?? []), busy] } }
  })
}

async function searchWork(
  run: Run,
  config: SearchConfig,
  dataset: Dataset,
  session: SearchSession,
): Promise<Work> {
  if (isOneShot(config)) return oneShotWork(run, config, dataset, session)
  const { others } = session
  const result = await (isOuter(config)
    ? drive(outerJob(config, dataset, run.seed, others), run, session)
    : drive(searchJob(config, dataset, run.seed, others), run, session))
  return finish(run, config, dataset, result, session)
}

const isOneShot = (config: SearchConfig): config is OneShotConfig => config.oneShot !== undefined

const isOuter = (config: SearchConfig): config is OuterConfig => config.outer !== undefined

function memoryLine({ space, search, training }: SearchConfig): string {
  const bytes = Math.max(
    estimateMemory(supernetNetwork(space, search.formulation), search.batchSize),
    estimateMemory(decode(space, largest(space)), training.batchSize),
  )
  return `Memory needed: about ${(bytes / 1e9).toFixed(1)} GB, of ${machine().memoryGib} GiB in this machine`
}

async function finish(
  run: Run,
  config: SearchConfig,
  dataset: Dataset,
  result: SearchResult | OuterResult,
  { progress }: Session,
): Promise<Work> {
  const { space, prices } = config
  const solutions = await exportTrained(run, config, dataset, result, progress)
  const { details, priced } = await trainedDetails(config, result)
  const architecture = architectureTable(space, result.trained[0]!.architecture, prices, result.decided)
  const comparison = comparisonTable(space, prices, result.trained)
  const outer = 'outer' in result ? result : undefined
  const tables = [
    architecture,
    ...(comparison ? [comparison] : []),
    ...(outer ? [outerTable(outer, prices)] : []),
  ]
  return {
    shown: tables,
    asked: prices.map(({ metric, bound }) => ({ metric, op: '<=' as const, bound })),
    solutions: solutions.slice(0, 1),
    baselines: solutions.slice(1),
    report: {
      title: `${space.name} within ${prices.map(({ metric, bound }) => `${metric} ${formatMetric(metric, bound)}`).join(', ')}`,
      tables,
      figures: [
        architectureFigure(space, result.trained[0]!.architecture, 'found'),
        ...layerFigures(priced),
        ...(outer ? outerFigures(outer, prices) : []),
        ...visitedFigures(space, prices, result),
        ...searchFigures(result.epochs, prices),
        ...decisionFigures(space, result, config.search),
      ],
      details,
      notes: [
        ...cutShortNotes(result),
        ...(outer ? [outerNote(outer, prices)] : []),
        'The decisions alone are moved to the nearest architecture that meets every bound at exact prices: the least certain are turned round first.',
        formulationOf(config.search).words.note,
        'Every network was trained from scratch with the same plan and seen once by the test split.',
        ...(comparison
          ? [
              'Random networks are drawn, each as likely as any other, from all of the space that meet every bound and use up 97 % of one.',
            ]
          : []),
      ],
    },
  }
}

const outerNote = ({ outer, chosen }: OuterResult, prices: SearchConfig['prices']): string => {
  const [count, place] = [outer.length, chosen + 1]
  const why = isFeasible(outer[chosen]!, prices)
    ? 'it has the least loss on held-out images of those whose decisions alone meet every bound'
    : 'the decisions alone of none of them meet every bound, and it misses them least'
  return `Of the ${count} samples of the outer search number ${place} was taken: ${why}. Its epochs and decisions are shown.`
}
