import { median, quantile } from 'simple-statistics'
import { CostError } from '../../errors.js'
import { pricedChoices } from '../choice-name.js'
import type { DeviceTable, TablePrice } from '../device-table.js'
import { freezeDeep } from '../freeze-deep.js'
import { type PredictionError, predictionError } from '../prediction-error.js'
import type { ProfileOptions, ValidationNetwork } from './profile-options.js'
import { type Round, reference, searchableBlocks } from './profile-round.js'

/** Prices below this would be noise, and a price of 0 has no ratio to another. */
const LEAST_MS = 1e-6

export interface ValidatedNetwork extends ValidationNetwork {
  readonly predictedMs: number
  readonly measuredMs: number
}

export interface ProfileResult {
  readonly table: DeviceTable
  /** Each validation network: the table's sum and the measured whole. */
  readonly networks: readonly ValidatedNetwork[]
}

/**
 * The table of finished rounds: of each choice the median over rounds of what it adds to a random network, and as
 * fixed part the median of what the table leaves unexplained. Throws CostError when no round is finished.
 */
export function profileTable(options: ProfileOptions, rounds: readonly Round[]): ProfileResult {
  if (rounds.length === 0)
    throw new CostError('no round of measurement is finished; there is nothing to tabulate')
  const prices = pricesOf(options, rounds)
  const blocks = searchableBlocks(options)
  const sum = (architecture: readonly string[]) =>
    architecture.reduce((total, choice, i) => total + (prices[blocks[i]!.name]![choice]?.ms ?? 0), 0)
  const fixedMs = roundMs(median(rounds.map(({ context, contextMs }) => contextMs - sum(context))))
  const networks = options.validation.map(({ name, architecture }, i) => ({
    name,
    architecture,
    predictedMs: fixedMs + sum(architecture),
    measuredMs: median(rounds.map(({ validation }) => validation[i]!)),
  }))
  return { table: tableOf(options, rounds.length, fixedMs, prices, networks), networks }
}

type Prices = Readonly<Record<string, Readonly<Record<string, TablePrice>>>>

function pricesOf(options: ProfileOptions, rounds: readonly Round[]): Prices {
  const price = (base: number, values: readonly number[]): TablePrice => ({
    ms: roundMs(base + median([...values])),
    spreadMs: roundMs((quantile([...values], 0.75) - quantile([...values], 0.25)) / 2, 0),
  })
  const blocks = searchableBlocks(options).map(block => {
    const alone = rounds.map(round => round.alone[block.name] ?? 0)
    const base = block.canSkip ? 0 : median(alone)
    const choices = pricedChoices(block).map(choice => {
      const differences = rounds.map(round => round.differences[`${block.name}/${choice}`]!)
      return [choice, choice === reference(block) ? price(0, alone) : price(base, differences)] as const
    })
    return [block.name, Object.fromEntries(choices)] as const
  })
  return Object.fromEntries(blocks)
}

function tableOf(
  options: ProfileOptions,
  rounds: number,
  fixedMs: number,
  prices: Prices,
  networks: readonly ValidatedNetwork[],
): DeviceTable {
  const { device, software, space, batch = 1, threads = 1 } = options
  const error = predictionError(
    networks.map(({ predictedMs }) => predictedMs),
    networks.map(({ measuredMs }) => measuredMs),
  )
  return freezeDeep({
    device,
    metric: 'latency',
    unit: 'ms',
    batch,
    threads,
    ...(software === undefined ? {} : { software }),
    rounds,
    space: space.name,
    fixedMs,
    blocks: prices,
    ...(networks.length === 0 ? {} : { validation: roundError(error) }),
  })
}

const roundMs = (ms: number, least = LEAST_MS) => Math.max(least, Number(ms.toFixed(6)))

const roundError = (error: PredictionError): PredictionError => {
  const rounded = Object.entries(error).map(([key, value]) => [key, Number(value.toFixed(3))])
  return Object.fromEntries(rounded) as unknown as PredictionError
}
