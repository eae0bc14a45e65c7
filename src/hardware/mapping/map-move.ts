import type { ArrayModel } from './array.js'
import { blankCost, type MappingCost } from './mapping.js'
import type { MoveShape } from './workload.js'

/**
 * A layer without MACs, for the whole batch: its inputs come from DRAM into the buffer and are read there once,
 * its output goes back the same way. As slow as the slower of DRAM and buffer, which is read over all three networks and
 * written over that of psums; its additions and comparisons are those of the write-back path and cost nothing beside
 * the traffic.
 */
export function mapMove({ reads, writes }: MoveShape, batch: number, array: ArrayModel): MappingCost {
  const cost = blankCost()
  const [inBytes, outBytes] = [reads * batch * array.activationBytes, writes * batch * array.activationBytes]
  const readRate = array.ifmapRate + array.filterRate + array.psumRate
  cost.dramReadBytes = inBytes
  cost.dramWriteBytes = outBytes
  cost.bufferWriteBytes = inBytes + outBytes
  cost.bufferReadBytes = inBytes + outBytes
  cost.arrayCycles = Math.max(inBytes / readRate, outBytes / array.psumRate)
  cost.dramCycles = (inBytes + outBytes) / array.dramRate
  cost.cycles = Math.max(cost.arrayCycles, cost.dramCycles)
  cost.energyPj =
    cost.bufferReadBytes * array.bufferReadPj +
    cost.bufferWriteBytes * array.bufferWritePj +
    (inBytes + outBytes) * array.dramPj +
    cost.cycles * array.leakagePjPerCycle
  return cost
}
