import { layerFigures, type PricedLayers } from '../cost/index.js'
import type { ReportDetail } from '../runs/index.js'
import { architectureFigure, networkId, type SearchConfig } from '../search/index.js'
import { modelOf, type TrainedNetworks } from './export-trained.js'

/** Networks that are drawn one by one; a search may train many to compare with. */
const MOST_DRAWN = 24

/** Every network that was trained as a section: its architecture drawn, and what its layers cost. */
export async function trainedDetails(
  { space, table, accelerator }: SearchConfig,
  { trained, networks }: TrainedNetworks,
): Promise<{ readonly details: readonly ReportDetail[]; readonly priced: readonly PricedLayers[] }> {
  const model = modelOf({ ...(table && { table }), ...(accelerator && { accelerator }) })
  const priced: PricedLayers[] = []
  for (const [i, { name }] of trained.entries()) {
    const { layers } = i < MOST_DRAWN ? await model.estimate(networks[i]!) : {}
    priced.push({ name, layers })
  }
  const details = trained.map(({ name, architecture }, i) => ({
    ...{ id: networkId(name), solution: name, title: `Network ${name}` },
    facts: [['architecture', architecture.join(', ')] as const],
    figures:
      i < MOST_DRAWN
        ? [
            architectureFigure(space, architecture, name),
            ...layerFigures([priced[i]!], `What each layer of ${name} costs`),
          ]
        : [],
  }))
  return { details, priced }
}
