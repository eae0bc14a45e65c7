import type { DecisionChange, DecisionSample } from './decision/decision-log.js'
import type { SearchEpoch, SearchPhaseResult } from './search-phase.js'

/** What is kept of a search, as plain JSON. */
export interface SearchRecord {
  readonly epochs: readonly SearchEpoch[]
  /** The decisions ten times an epoch, and whenever one turned round. */
  readonly samples: readonly DecisionSample[]
  readonly changes: readonly DecisionChange[]
}

export const NO_RECORD: SearchRecord = { epochs: [], samples: [], changes: [] }

/** A record with what one more step came to. */
export const recorded = (
  record: SearchRecord,
  { epoch, samples, changes }: Omit<SearchPhaseResult, 'phase'>,
): SearchRecord => ({
  epochs: epoch ? [...record.epochs, epoch] : record.epochs,
  samples: [...record.samples, ...samples],
  changes: [...record.changes, ...changes],
})
