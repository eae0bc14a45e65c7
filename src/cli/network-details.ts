import { layerFigures, type PricedLayers } from '../cost/index.js'
import type { ReportDetail } from '../runs/index.js'

/** Where a mark leads that stands for the network in this place. */
export const detailHref = (place: number): string => `#${idOf(place)}`

const idOf = (place: number): string => `network-${place}`

/** Networks of a result, one section each, and what their layers cost where that is known. */
export const networkDetails = (networks: readonly PricedLayers[]): readonly ReportDetail[] =>
  networks.map(({ name, layers }, place) => ({
    ...{ id: idOf(place), title: `Network ${name}`, solution: name },
    figures: layerFigures([{ name, layers }], `What each layer of ${name} costs`),
  }))
