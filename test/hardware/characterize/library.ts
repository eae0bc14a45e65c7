import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PE_WIDTHS } from '../../../src/hardware/accelerator.js'
import type { PeDesign, PeType } from '../../../src/hardware/pe-design.js'
import { packageRoot } from '../../../src/package-root.js'

/** The library is not part of the project: tests that need it are skipped where it is not. */
export const LIBRARY = join(packageRoot, '../shared/data/hardware/nangate45_typ.lib.gz')
export const hasLibrary = existsSync(LIBRARY)
export const needsLibrary = hasLibrary ? '' : ' (skipped: needs ../shared/data/hardware/nangate45_typ.lib.gz)'

/** Whether a tool that the project does not need is there to compare with. */
export function installed(tool: string, flag: string): boolean {
  try {
    execFileSync(tool, [flag], { stdio: 'ignore' })
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

/** A design of nominal widths. */
export function design(type: PeType, part: Partial<PeDesign> = {}): PeDesign {
  const { activationBits, weightBits, psumBits } = PE_WIDTHS[type]
  return {
    type,
    activationBits,
    weightBits,
    psumBits,
    ifmapWords: 4,
    filterWords: 16,
    psumWords: 4,
    scratchpads: 'outside',
    ...part,
  }
}
