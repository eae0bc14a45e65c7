import { countCostModel } from '../cost/index.js'
import {
  type Gain,
  type LayerAccount,
  layerTable,
  poolable,
  poolConvolution,
  poolConvolutions,
  pricingBy,
  saved,
  saves,
  savesNothing,
  somePoolable,
  timesText,
} from '../pool/plan-index.js'
import type { InputModel } from './input-model.js'
import type { Normalization } from './normalization.js'
import { poolingPrice } from './pooling-price.js'
import type { PricedOn } from './priced-on.js'
import { table } from './table.js'

export interface ExplainOptions extends PricedOn {
  readonly data?: string | undefined
  readonly normalization?: Normalization | undefined
  readonly images: number
  readonly seed: number
  readonly json?: boolean | undefined
}

type Judged = ReadonlyMap<string, Pick<LayerAccount, 'loss' | 'accuracy' | 'error'>>

/**
 * `tandem pool --explain`: what pooling each convolution alone would save, what harm it would do where there are data,
 * and why others cannot be pooled, on stdout. Loads TensorFlow where there are data.
 */
export async function explainPooling(model: InputModel, options: ExplainOptions): Promise<void> {
  const { network } = model
  const { layers } = somePoolable(network)
  const { on } = options
  const pricing = poolingPrice(options)
  const counting = pricingBy(countCostModel)
  const judged = await judge(model, options)
  const share = (gain: Gain) => saved(gain) / gain.before
  const accounts: LayerAccount[] = []
  for (const layer of layers) {
    const pooled = poolConvolution(network, layer)
    const gain = await pricing.compare(network, pooled)
    const latency = on === undefined ? {} : { [on === 'host' ? 'measured' : 'accelerator']: share(gain) }
    accounts.push({
      layer,
      macs: share(await counting.compare(network, pooled)),
      ...latency,
      ...judged.get(layer),
      ...(!saves(gain) && { refused: savesNothing(gain, pricing.metric) }),
    })
  }
  const refused = [...poolable(network).refused].map(([layer, refused]) => ({ layer, refused }))
  if (options.json) {
    process.stdout.write(`${JSON.stringify([...accounts, ...refused], null, 2)}\n`)
    return
  }
  const { columns, rows } = layerTable(accounts)
  const whole = await pricing.compare(network, poolConvolutions(network, layers))
  const lines = [
    table(columns, rows),
    `All of them: ${timesText(whole, pricing.metric)}`,
    ...refused.map(({ layer, refused }) => `${layer} cannot be pooled: ${refused}`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function judge(model: InputModel, options: ExplainOptions): Promise<Judged> {
  const { data, normalization, images, seed } = options
  if (data === undefined) return new Map()
  const [{ loadModelData }, { poolingJudge }, { tuningData }] = await Promise.all([
    import('./model-data.js'),
    import('../pool/index.js'),
    import('../tuning/index.js'),
  ])
  const dataset = await loadModelData(model, data, normalization)
  const parts = { dataset, seed, heldOut: 0.1, share: 1, judged: images, augment: {}, batchSize: 1 }
  const { judged } = tuningData({ ...parts, trains: false })
  const poolings = poolingJudge(model.network, judged)
  const base = poolings.evaluate([])
  const found = [...poolings.relativeErrors()].map(([layer, error]) => {
    const { loss, accuracy } = poolings.evaluate([layer])
    return [layer, { loss: loss - base.loss, accuracy: base.accuracy - accuracy, error }] as const
  })
  poolings.dispose()
  return new Map(found)
}
