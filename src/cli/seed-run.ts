import { isDeepStrictEqual } from 'node:util'
import type { Architecture, FamilyConfig } from '../codesign/index.js'
import { InputError } from '../errors.js'
import type { Space } from '../search/space-index.js'

/**
 * The architecture that a finished run of `tandem search` found. Throws InputError where there is no such run, it is
 * not done, or it searched another space.
 */
export async function foundBy(name: string, family: FamilyConfig): Promise<Architecture> {
  const { openRun, readJournal, readResult, resumeCommand } = await import('../runs/index.js')
  const refuse = (reason: string): never => {
    throw new InputError(`--seed-run ${name}: ${reason}`)
  }
  if (family.kind !== 'blocks')
    return refuse(`a search is of a search space, and ${family.kind} has none; use --seed-network`)
  const run = openRun(undefined, name)
  const { space } = run.config as { readonly space?: Space }
  if (run.command !== 'search' || space === undefined)
    return refuse(`it is a run of tandem ${run.command}, not of tandem search`)
  if (!isDeepStrictEqual(space, family.space))
    return refuse(
      space.name === family.space.name
        ? `it searched ${space.name} as it was before the space was changed`
        : `it searched ${space.name}, and this co-design is in ${family.space.name}`,
    )
  const decided = readJournal(run).findLast(({ entry }) => 'decided' in entry)?.entry['decided']
  if (readResult(run) === undefined || decided === undefined)
    return refuse(`it is not done; continue it with: ${resumeCommand(name)}`)
  return decided as Architecture
}
