import { type Workload, type WorkShape, workloadOf } from '../hardware/index.js'
import { type BoundedCache, boundedCache } from './bounded-cache.js'
import type { Architecture, NetworkFamily, NetworkPart } from './network-family.js'

/** What a network asks of an accelerator, as how often it has each shape of a `ShapeTable`. */
export interface NetworkWork {
  /** Places in the table, in an order that does not depend on which network was seen first: sums keep their bits. */
  readonly shapes: Int32Array
  readonly counts: Float64Array
  readonly macs: number
  readonly params: number
}

/** Every shape that a layer of some network has, each once. It grows as networks are seen. */
export interface ShapeTable {
  readonly shapes: readonly WorkShape[]
  /** The sum of workloads. */
  work(workloads: readonly Workload[]): NetworkWork
  /** The sum of works. */
  sum(works: readonly NetworkWork[]): NetworkWork
}

export function shapeTable(): ShapeTable {
  const shapes: WorkShape[] = []
  const keys: string[] = []
  const ids = new Map<string, number>()
  const idOf = (shape: WorkShape): number => {
    const key = Object.values(shape).join()
    let id = ids.get(key)
    if (id === undefined) {
      id = shapes.push(shape) - 1
      keys.push(key)
      ids.set(key, id)
    }
    return id
  }
  const workOf = (counts: ReadonlyMap<number, number>, macs: number, params: number): NetworkWork => {
    const entries = [...counts].sort(([a], [b]) => (keys[a]! < keys[b]! ? -1 : 1))
    return {
      shapes: Int32Array.from(entries, ([shape]) => shape),
      counts: Float64Array.from(entries, ([, count]) => count),
      macs,
      params,
    }
  }
  return {
    shapes,
    work(workloads) {
      const counts = new Map<number, number>()
      let [macs, params] = [0, 0]
      for (const workload of workloads) {
        const own = workload.shapes.map(idOf)
        for (const { shape } of workload.layers) counts.set(own[shape]!, (counts.get(own[shape]!) ?? 0) + 1)
        macs += workload.macs
        params += workload.params
      }
      return workOf(counts, macs, params)
    },
    sum(works) {
      if (works.length === 1) return works[0]!
      const counts = new Map<number, number>()
      let [macs, params] = [0, 0]
      for (const work of works) {
        for (let i = 0; i < work.shapes.length; i++)
          counts.set(work.shapes[i]!, (counts.get(work.shapes[i]!) ?? 0) + work.counts[i]!)
        macs += work.macs
        params += work.params
      }
      return workOf(counts, macs, params)
    },
  }
}

export interface FamilyWork {
  /** Undefined where the architecture is no network. */
  of(architecture: Architecture): NetworkWork | undefined
}

/** Networks remembered, so that memory does not grow with the length of a search. */
const KEPT = 50_000

/** The work of a family's networks: each part is built once, and each network added up once while it is remembered. */
export function familyWork(family: NetworkFamily, table: ShapeTable): FamilyWork {
  const parts = new Map<string, NetworkWork>()
  const known: BoundedCache<string, NetworkWork> = boundedCache(KEPT)
  const workOfPart = ({ key, networks }: NetworkPart): NetworkWork => {
    let work = parts.get(key)
    if (work === undefined) {
      work = table.work(networks().map(workloadOf))
      parts.set(key, work)
    }
    return work
  }
  return {
    of(architecture) {
      const key = architecture.join()
      const found = known.get(key)
      if (found !== undefined) return found
      const own = family.parts(architecture)
      if (own.length === 0) return undefined
      const work = table.sum(own.map(workOfPart))
      known.set(key, work)
      return work
    },
  }
}
