import type { ArrayModel, ConvShape, Mapping } from '../../../src/hardware/index.js'

/** What the naive simulation counts. */
export interface Simulated {
  macs: number
  cycles: number
  ifmapReads: number
  filterReads: number
  psumReads: number
  psumWrites: number
  /** PEs that worked, in the busiest tile. */
  activePes: number
  /** How often each output value was added to; every one must get all its products. */
  products: Map<string, number>
}

/**
 * A layer under a mapping, executed loop by loop as the array would, with sets of the words that each tile touches:
 * nothing is computed by formula but the time of a pass. Independent of `mappingCost`; words, not bytes.
 */
export function simulate(shape: ConvShape, batch: number, array: ArrayModel, mapping: Mapping): Simulated {
  const {
    groups: G,
    filters: M,
    channels: C,
    kernelHeight: R,
    kernelWidth: S,
    outHeight: E,
    outWidth: F,
  } = shape
  const out: Simulated = {
    macs: 0,
    cycles: 0,
    ifmapReads: 0,
    filterReads: 0,
    psumReads: 0,
    psumWrites: 0,
    activePes: 0,
    products: new Map(),
  }
  const gStep = mapping.groups * mapping.groupsAcross
  const mStep = mapping.p * mapping.t * mapping.tAcross
  const cStep = mapping.q * mapping.r
  const folds = chunks(R, mapping.kernelRows)
  const channelSets = chunks(C, cStep).flatMap(channels => folds.map(rows => ({ channels, rows })))
  const strips = chunks(E, mapping.e).flatMap(rows =>
    chunks(F, mapping.f).map(columns => ({ rows, columns })),
  )
  const imageSets = chunks(batch, mapping.images)
  const stays = channelSets.length === 1
  // Filters change between the tiles of an image unless all channels are in the PEs at once.
  const blocks = stays
    ? chunks(strips.length * imageSets.length, mapping.tiles).map(list =>
        list.map(i => ({
          strip: strips[i % strips.length]!,
          images: imageSets[Math.floor(i / strips.length)]!,
        })),
      )
    : strips.flatMap(strip =>
        chunks(imageSets.length, mapping.tiles).map(list =>
          list.map(i => ({ strip, images: imageSets[i]! })),
        ),
      )
  const merged = stays && M <= mStep ? [blocks.flat()] : blocks

  for (const groups of chunks(G, gStep))
    for (const block of merged)
      for (const filters of chunks(M, mStep))
        for (const [set, { channels, rows: kernelRows }] of channelSets.entries()) {
          const loaded = new Set<string>()
          let pass = 0
          const full = gStep * mStep * cStep * mapping.kernelRows * S * array.weightBytes
          pass += full / array.filterRate
          let first = true
          let drain = 0
          for (const { strip, images } of block) {
            const words = new Set<string>()
            const pes = new Set<string>()
            for (const g of groups)
              for (const m of filters)
                for (const n of images)
                  for (const y of strip.rows)
                    for (const x of strip.columns) {
                      const psum = [n, g, m, y, x].join()
                      if (set > 0) out.psumReads++
                      out.psumWrites++
                      for (const c of channels)
                        for (const i of kernelRows)
                          for (let j = 0; j < S; j++) {
                            out.macs++
                            out.products.set(psum, (out.products.get(psum) ?? 0) + 1)
                            loaded.add([g, m, c, i, j].join())
                            words.add(
                              [
                                n,
                                g,
                                c,
                                y * shape.strideHeight + i * shape.dilationHeight,
                                x * shape.strideWidth + j * shape.dilationWidth,
                              ].join(),
                            )
                            const perPe = [
                              n,
                              g,
                              Math.floor((m - filters[0]!) / mapping.p),
                              Math.floor((c - channels[0]!) / mapping.q),
                              i,
                              y,
                            ]
                            pes.add(perPe.join())
                          }
                    }
            out.ifmapReads += words.size
            out.activePes = Math.max(out.activePes, pes.size)
            // Time goes by what the tile would be if it were whole: the array runs in lockstep.
            const whole = wholeTile(shape, mapping)
            const ifmap =
              (whole.rows * whole.columns * gStep * cStep * mapping.images * array.activationBytes) /
              array.ifmapRate
            const width = stays ? array.activationBytes : array.psumBytes
            const psums = gStep * mStep * mapping.images * mapping.e * width
            if (first) {
              const window = Math.min(S, whole.columns)
              pass +=
                (whole.rows * window * gStep * cStep * mapping.images * array.activationBytes) /
                array.ifmapRate
              drain = psums / array.psumRate + mapping.kernelRows * mapping.r
            }
            first = false
            pass += Math.max(
              mapping.p * mapping.q * S * mapping.f,
              ifmap,
              (psums * mapping.f) / array.psumRate,
            )
          }
          out.filterReads += loaded.size
          out.cycles += pass + drain
        }
  return out
}

function wholeTile(shape: ConvShape, mapping: Mapping): { rows: number; columns: number } {
  const touched = (outputs: number, kernel: number, stride: number, dilation: number) => {
    const set = new Set<number>()
    for (let o = 0; o < outputs; o++) for (let k = 0; k < kernel; k++) set.add(o * stride + k * dilation)
    return set.size
  }
  return {
    rows: touched(mapping.e, mapping.kernelRows, shape.strideHeight, shape.dilationHeight),
    columns: touched(mapping.f, shape.kernelWidth, shape.strideWidth, shape.dilationWidth),
  }
}

/** 0 … size − 1 in runs of `step`. */
const chunks = (size: number, step: number): number[][] =>
  Array.from({ length: Math.ceil(size / step) }, (_, i) =>
    Array.from({ length: Math.min(step, size - i * step) }, (_, j) => i * step + j),
  )
