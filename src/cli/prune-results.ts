import { join } from 'node:path'
import {
  type Constraint,
  type Cost,
  describeMiss,
  formatMetric,
  type LayerCost,
  layerFigures,
  metricOf,
  misses,
} from '../cost/index.js'
import { type Network, writeOnnx } from '../network/index.js'
import {
  type AccuracyPoint,
  affineTable,
  channelsOf,
  type PruneResult,
  prunableLayers,
  pruneFigures,
  type Ranked,
  rankingFigures,
  rankingJson,
  removedChannels,
  widthTable,
} from '../prune/index.js'
import { onDisk, type ReportTable, type Run, type Solution, writeAside } from '../runs/index.js'
import { exportNetwork } from './export-network.js'
import { withSoftmax } from './input-model.js'
import { measureInTurns } from './measure-in-turns.js'
import { sampleOf } from './model-data.js'
import { detailHref, networkDetails } from './network-details.js'
import { networkFile } from './network-file.js'
import { costOn } from './priced-on.js'
import type { PruneInputs, PruneRunConfig } from './prune-run.js'
import type { Session, Work } from './with-run.js'

const INCOMING = 'incoming'

/** A network of a pruning with all that is told of it. */
interface Outcome {
  readonly name: string
  readonly network: Network
  readonly cost: Cost
  readonly layers?: readonly LayerCost[]
  readonly measuredMs: number
}

/** Exports every pruned network, prices and measures it beside the one that came in, and says what came of it. */
export async function finishPruning(
  run: Run,
  { model, config, dataset }: PruneInputs,
  result: PruneResult,
  { progress }: Session,
): Promise<Work> {
  const { budgets, cuts, accuracies, networks, incoming, learned } = result
  const asked = config.budgets
  const files = asked.map(({ text }) => (asked.length === 1 ? 'network.onnx' : networkFile(text)))
  const sample = sampleOf(model.network, dataset)
  const onnx = [writeOnnx(withSoftmax(model.network, model))]
  for (const [i, network] of networks.entries()) {
    onnx.push(await exportNetwork(run, files[i]!, withSoftmax(network, model), sample))
    progress.line(`${asked[i]!.text}: ${files[i]}, same logits in onnxruntime`)
  }
  writePlan(run, config, { model, result })
  progress.line('Measuring all networks in onnxruntime')
  const latencies = await measureInTurns(onnx, model.network.input.shape)
  const outcomes: Outcome[] = []
  for (const [i, network] of [model.network, ...networks].entries()) {
    const measured = cuts[i - 1]?.cost.latencyMs
    const { cost: priced, ...layers } = await costOn(config, network)
    const cost = { ...(measured !== undefined && { latencyMs: measured }), ...priced }
    const name = i === 0 ? INCOMING : asked[i - 1]!.text
    outcomes.push({ name, network, cost, ...layers, measuredMs: latencies[i]! })
  }
  const [whole, ...pruned] = outcomes as [Outcome, ...Outcome[]]
  const ranking = learned && { ranking: 'ranking.json' }
  const solutions = pruned.map((outcome, i): Solution => {
    const after = accuracies[i]?.after
    return {
      ...solution(outcome, after && { validation: after.heldOut, test: after.test }),
      met: cuts[i]!.misses.length === 0,
      misses: [...cuts[i]!.misses],
      files: { network: files[i]!, ...ranking },
    }
  })
  const missed = misses(budgets, { ...whole.cost, latencyMs: whole.cost.latencyMs ?? whole.measuredMs })
  const baseline: Solution = {
    ...solution(whole, incoming && { validation: incoming.heldOut, test: incoming.test }),
    met: missed.length === 0,
    misses: missed,
  }
  const table = budgetTable(result, outcomes)
  return {
    shown: [table],
    asked: budgets.map(({ metric, bound }) => ({ metric, op: '<=' as const, bound })),
    solutions,
    baselines: [baseline],
    report: {
      title: `${model.network.name} pruned by ${config.criterion}`,
      tables: [table, widthTable(outcomes), ...(learned ? [affineTable(learned.affine)] : [])],
      figures: [
        ...pruneFigures({
          networks: outcomes,
          points: pointsOf(result, outcomes),
          generations: learned?.generations ?? [],
        }),
        ...rankingFigures(rankingOf(result, model.network, config)),
        ...layerFigures(outcomes),
      ],
      details: networkDetails(outcomes),
      notes: notesOf(config, result),
    },
  }
}

/** In which place every filter of every layer goes, and how far each budget goes. */
function rankingOf({ order, cuts }: PruneResult, network: Network, config: PruneRunConfig): Ranked {
  const { of } = channelsOf(network, config)
  const layers = prunableLayers(network, channelsOf(network, config))
  return {
    order,
    layers: layers.map(layer => ({ layer, atoms: of.get(layer)! })),
    cuts: cuts.map(({ count }, i) => ({ budget: config.budgets[i]!.text, count })),
  }
}

/** plan.json: which channels go for each budget; and what was learned as ranking.json. */
function writePlan(
  run: Run,
  config: PruneRunConfig,
  { model: { network }, result }: Pick<PruneInputs, 'model'> & { readonly result: PruneResult },
): void {
  const { cuts, learned, learning } = result
  const plan = {
    ...{ schema: 1, kind: 'plan', network: network.name, criterion: config.criterion },
    budgets: cuts.map(({ dead }, i) => ({
      budget: config.budgets[i]!.text,
      removed: removedChannels(network, channelsOf(network, config), dead),
    })),
  }
  onDisk(run, () => {
    writeAside(join(run.folder, 'plan.json'), `${JSON.stringify(plan)}\n`)
    if (!learned) return
    const { fitness, identityFitness, affine } = learned
    const ranking = rankingJson({
      ...{ schema: 1, kind: 'ranking', network: network.name, reduce: config.reduce },
      learned: {
        ...{ budget: learning!.text, evaluations: config.evolution.evaluations, tau: config.tau },
        ...{ loss: fitness, lossOfNorms: identityFitness, seed: run.seed },
      },
      layers: affine,
    })
    writeAside(join(run.folder, 'ranking.json'), ranking)
  })
}

const solution = (
  { name, cost, measuredMs }: Outcome,
  accuracy: Solution['accuracy'],
): Omit<Solution, 'met' | 'misses'> => ({
  name,
  cost: { ...cost },
  measured: { latencyMs: measuredMs },
  ...(accuracy && { accuracy }),
})

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** Asked, reached and measured, side by side. */
function budgetTable(
  { budgets, cuts, accuracies, incoming }: PruneResult,
  outcomes: readonly Outcome[],
): ReportTable {
  const [whole, ...pruned] = outcomes as [Outcome, ...Outcome[]]
  const predicted = whole.cost.latencyMs !== undefined
  const rows = pruned.map(({ name, cost, measuredMs }, i) => {
    const { metric, bound } = budgets[i]!
    const accuracy = accuracies[i]
    return [
      name,
      formatMetric(metric, bound),
      formatMetric(metric, metricOf(cuts[i]!.cost, metric)!),
      percent(cost.macs / whole.cost.macs),
      percent(cost.params / whole.cost.params),
      ...(predicted ? [whole.cost.latencyMs! / cost.latencyMs!] : []),
      whole.measuredMs / measuredMs,
      ...(accuracy
        ? [
            percent(accuracy.before),
            percent(accuracy.after.heldOut),
            percent(incoming!.test - accuracy.after.test),
          ]
        : []),
    ]
  })
  return {
    title: 'Budgets',
    columns: [
      ...['budget', 'asked', 'reached', 'MACs', 'parameters'],
      ...(predicted ? ['times as fast, predicted'] : []),
      'times as fast, measured',
      ...(accuracies.length > 0 ? ['held out, pruned', 'held out, trained', 'drop on test images'] : []),
    ],
    rows,
  }
}

function pointsOf(
  { accuracies, incoming }: PruneResult,
  outcomes: readonly Outcome[],
): readonly AccuracyPoint[] {
  if (incoming === undefined) return []
  const [whole, ...pruned] = outcomes as [Outcome, ...Outcome[]]
  return [
    {
      ...{ network: whole.name, stage: 'as it came in', macs: whole.cost.macs, accuracy: incoming.heldOut },
      href: detailHref(0),
    },
    ...pruned.flatMap(({ name: network, cost: { macs } }, i): AccuracyPoint[] => {
      const point = { network, macs, href: detailHref(i + 1) }
      return [
        { ...point, stage: 'pruned', accuracy: accuracies[i]!.before },
        { ...point, stage: 'trained again', accuracy: accuracies[i]!.after.heldOut },
      ]
    }),
  ]
}

function notesOf({ budgets: asked, evolution, tau }: PruneRunConfig, result: PruneResult): readonly string[] {
  const { cuts, learned, learning } = result
  const budgetNotes = (budget: Constraint, i: number): readonly string[] => {
    const { misses, dead } = cuts[i]!
    if (misses.length > 0) return [`${budget.text} cannot be met: ${misses.map(describeMiss).join('; ')}.`]
    return dead.length === 0 ? [`${budget.text} prunes nothing: the network meets it as it is.`] : []
  }
  return [
    ...(learned
      ? [
          `The ranking was learned once, at ${learning!.text}: ${evolution.evaluations} candidates, each judged after ${tau} steps of training. Their loss went from ${learned.identityFitness.toFixed(4)} (plain norms) to ${learned.fitness.toFixed(4)}.`,
        ]
      : []),
    ...asked.flatMap(budgetNotes),
    'Every pruned network was trained with the same plan and seen once by the test split.',
  ]
}
