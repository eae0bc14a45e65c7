import { prefixed, type Snapshot, type StepReport, unprefixed } from '../runs/index.js'
import {
  disposeSearch,
  packSearch,
  type SearchParts,
  type SearchPhase,
  type SearchPosition,
  unpackSearch,
} from './search-phase.js'
import {
  type CandidateContext,
  type CandidateTraining,
  candidateStep,
  candidatesDone,
  disposeCandidates,
  type PackedCandidates,
  packCandidates,
  unpackCandidates,
} from './train-candidates.js'

/** A search in one of two phases: a supernet, then the candidates one after the other. */
export interface TwoPhases<Position> {
  /** What the search remembers, as plain JSON. */
  readonly position: Position
  readonly search?: SearchPhase
  /** Set when the search has decided. */
  readonly candidates?: CandidateTraining
}

interface PackedJson<Position> {
  readonly position: Position
  readonly search?: SearchPosition
  readonly candidates?: PackedCandidates['json']
}

export function packPhases<Position>({ position, search, candidates }: TwoPhases<Position>): Snapshot {
  const searching = search && packSearch(search)
  const training = candidates && packCandidates(candidates)
  const json: PackedJson<Position> = {
    position,
    ...(searching && { search: searching.json }),
    ...(training && { candidates: training.json }),
  }
  return {
    json,
    tensors: {
      ...prefixed(searching?.tensors ?? {}, 'search:'),
      ...prefixed(training?.tensors ?? {}, 'candidates:'),
    },
  }
}

/** As `packPhases` left it; `parts` are those of the supernet at a position. */
export function unpackPhases<Position>(
  { json, tensors }: Snapshot,
  parts: (position: Position) => SearchParts,
  candidateParts: Omit<CandidateContext, 'data'>,
): TwoPhases<Position> {
  const { position, search, candidates } = json as PackedJson<Position>
  const named = (prefix: string) => unprefixed(tensors, prefix)
  return {
    position,
    ...(search && { search: unpackSearch(parts(position), { json: search, tensors: named('search:') }) }),
    ...(candidates && {
      candidates: unpackCandidates({ json: candidates, tensors: named('candidates:') }, candidateParts),
    }),
  }
}

/** One step of the second phase. */
export async function trainStep<Position>(
  state: TwoPhases<Position>,
  context: CandidateContext,
): Promise<{ state: TwoPhases<Position>; report?: StepReport }> {
  const { state: candidates, report } = await candidateStep(state.candidates!, context)
  return { state: { ...state, candidates }, ...(report && { report }) }
}

export const isDone = ({ search, candidates }: TwoPhases<unknown>): boolean =>
  search === undefined && candidates !== undefined && candidatesDone(candidates)

export function disposePhases({ search, candidates }: TwoPhases<unknown>): void {
  if (search) disposeSearch(search)
  if (candidates) disposeCandidates(candidates)
}
