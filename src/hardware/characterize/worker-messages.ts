import type { PeDesign } from '../pe-design.js'
import type { Point, PointSettings } from './characterize-point.js'

/** What a worker is started with. */
export interface WorkerStart {
  readonly library: string
  readonly settings: PointSettings
}

export interface WorkerTask {
  readonly design: PeDesign
}

/** Its answer: the point, or why there is none. */
export type WorkerAnswer = { readonly point: Point } | { readonly error: string }
