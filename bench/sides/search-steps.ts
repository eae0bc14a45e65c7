import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { FormulationName } from '../../src/search/space-index.js'

/**
 * Constrained search steps in a process of its own: milliseconds of each after two to warm up, and the peak memory.
 * Throws an error with what the process said where it fails.
 */
export function searchSteps(
  space: string,
  formulation: FormulationName,
  batch: number,
  steps: number,
): { readonly ms: readonly number[]; readonly peakBytes: number } {
  const side = join(import.meta.dirname, 'search-step-side.js')
  const args = [side, space, formulation, String(batch), String(steps)]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(
      `search steps of ${space}, ${formulation}, batch ${batch} ended with ${signal ?? `exit code ${status}`}: ${stderr}`,
    )
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}
