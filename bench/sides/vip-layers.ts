import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countCostModel } from '../../src/cost/index.js'
import { createNetwork, initialize, type Network, readOnnx, vgg16 } from '../../src/network/index.js'
import { poolable, poolConvolution, pricingBy, pricingHere, saved } from '../../src/pool/plan-index.js'
import { csv, drawFigure, standalone } from '../../src/runs/index.js'
import { type BenchOptions, type BenchResult, row } from '../bench.js'

const COLUMNS = ['layer', 'macs_saved', 'of_all_macs', 'ms_before', 'ms_pooled', 'doubt_ms', 'of_latency']

/**
 * The account of each convolution pooled alone: the share of the network's MACs that it saves (ours) and of the latency
 * measured in onnxruntime, one image, in turns (theirs). `--model` (VGG-16 at 224 × 224 without its dense layers, random
 * weights), `--pairs` (20).
 */
export async function layers(options: BenchOptions, docs: string): Promise<BenchResult> {
  const network = options['model'] === undefined ? convolutionsOfVgg() : readOnnx(options['model'])
  const [counting, here] = [pricingBy(countCostModel), pricingHere({ pairs: Number(options['pairs'] ?? 20) })]
  const lines: (readonly (string | number)[])[] = []
  const values: { layer: string; by: string; share: number }[] = []
  const rows = []
  for (const layer of poolable(network).layers) {
    const pooled = poolConvolution(network, layer)
    const macs = await counting.compare(network, pooled)
    const ms = await here.compare(network, pooled)
    const [ofMacs, ofLatency] = [macs, ms].map(gain => saved(gain) / gain.before) as [number, number]
    lines.push([layer, saved(macs), ofMacs, ms.before, ms.after, ms.doubt!, ofLatency])
    values.push({ layer, by: 'MACs', share: ofMacs }, { layer, by: 'latency, measured', share: ofLatency })
    rows.push(row(`${layer}: share saved of the MACs, of the measured latency`, ofMacs, ofLatency))
  }
  for (const folder of ['data', 'images']) mkdirSync(join(docs, folder), { recursive: true })
  const name = `vip-layers-${network.name}`
  writeFileSync(join(docs, 'data', `${name}.csv`), csv(COLUMNS, lines))
  const figure = { title: `${network.name}: what pooling each convolution alone saves`, spec: chart(values) }
  writeFileSync(join(docs, 'images', `${name}.svg`), standalone(await drawFigure(figure, name)))
  return { name: 'vip layers', rows }
}

/** Without the dense layers, which hold nine tenths of the weights and take none of the gain. */
function convolutionsOfVgg(): Network {
  const { name, input, layers } = vgg16()
  const end = layers.findIndex(({ type }) => type === 'flatten')
  return initialize(createNetwork({ name, input, layers: layers.slice(0, end) }), 0)
}

const chart = (values: readonly object[]) => ({
  data: { values },
  mark: 'bar',
  encoding: {
    x: { field: 'layer', type: 'nominal', title: null, sort: null },
    xOffset: { field: 'by' },
    y: { field: 'share', type: 'quantitative', title: 'saved, of the whole network', axis: { format: '%' } },
    color: { field: 'by', type: 'nominal', title: null },
  },
})
