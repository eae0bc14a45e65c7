import { type Dataset, splitTraining } from '../data/index.js'
import { NothingYetError } from '../errors.js'
import { acceleratorAt } from '../hardware/index.js'
import type { Weights } from '../network/index.js'
import { followedBy, inTurn, type Job } from '../runs/index.js'
import { decode, type Space } from '../search/index.js'
import type { DearAccuracy, Pair } from './accuracy-model.js'
import type { CodesignConfig } from './codesign-config.js'
import { codesignJob } from './codesign-job.js'
import type { CodesignResult } from './codesign-result.js'
import { judgeAgainJob } from './judge-again-job.js'
import { memberName } from './member-name.js'
import { type Retrained, retrainJob } from './retrain-job.js'
import { SCHEME_OF, type Scheme, schemesOf } from './scheme.js'
import { spreadMembers } from './spread-members.js'
import { supernetAccuracy, supernetNetworks } from './supernet-accuracy.js'
import type { SupernetSource } from './supernet-source.js'
import { tuneJob } from './tune-job.js'

/** A co-design whose accuracies come from a supernet. */
export type SupernetConfig = CodesignConfig & {
  readonly family: { readonly kind: 'blocks'; readonly space: Space }
  readonly accuracy: SupernetSource
}

export interface SupernetResult extends CodesignResult {
  /**
   * Shares of all held-out images that members of the joint search classify right, by shared weights; by place. Empty where
   * the search judged by all of them.
   */
  readonly judgedAgain: readonly number[]
  /** By place among the members of the joint search. */
  readonly retrained: ReadonlyMap<number, Retrained>
}

export interface SupernetInputs {
  /** Of the supernet. */
  readonly weights: Weights
  readonly dataset: Dataset
}

/** Accuracies as `supernetAccuracy` gives them, found elsewhere; `own` are the weights of schemes that were tuned. */
export type SupernetJudge = (own: ReadonlyMap<Scheme, Weights>) => DearAccuracy['accuracies']

/**
 * A co-design on a supernet as one job: its weights are tuned for each scheme where that is asked, networks and accelerators are
 * searched with the accuracies that these weights give, the front is judged again on all held-out images, and members of it are trained. Throws DataError where the
 * images do not do for what is asked, and whatever the parts throw.
 */
export function supernetJob(
  config: SupernetConfig,
  { weights, dataset }: SupernetInputs,
  seed: number,
  judge?: SupernetJudge,
): Job<unknown, SupernetResult> {
  const { accuracy: source, accelerators, plan } = config
  const { space } = config.family
  const { tune } = source
  const schemes = [...new Set([...schemesOf(accelerators), ...(plan.baselines ? ['float32' as const] : [])])]
  checkImages(config, schemes, dataset)
  const search = (own: ReadonlyMap<Scheme, Weights>) => {
    const parts = { space, source, dataset, weights: (scheme: Scheme) => own.get(scheme) ?? weights }
    const here = supernetAccuracy(parts)
    const searched = codesignJob(config, judge ? { ...here, accuracies: judge(own) } : here, seed)
    const judged = followedBy(searched, result => judgingAgain(config, result, parts))
    return followedBy(judged, ([result]) => retraining(config, result, parts))
  }
  const tuned = () => {
    const jobs = schemes.map(scheme => ({
      name: scheme,
      job: tuneJob({ space, scheme, weights, dataset, source: { ...source, tune: tune! } }),
    }))
    return followedBy(inTurn(jobs), own => search(new Map(schemes.map((scheme, i) => [scheme, own[i]!]))))
  }
  return tune
    ? withResult(tuned(), async ([, found]) => resultOf(config, found))
    : withResult(search(new Map()), async found => resultOf(config, found))
}

/** What would be refused only when the search is over is refused at once. */
function checkImages(config: SupernetConfig, schemes: readonly Scheme[], dataset: Dataset): void {
  const { accuracy: source, retrain: plan, reference } = config
  const { space } = config.family
  supernetNetworks({ space, source, dataset, weights: () => ({}) })
  if (plan === undefined) return
  const network = decode(space, reference)
  for (const scheme of schemes) retrainJob({ name: scheme, network, scheme, plan, source, dataset })
}

type Found = readonly [
  readonly [CodesignResult, readonly number[] | undefined],
  readonly Retrained[] | undefined,
]

function resultOf(config: SupernetConfig, found: Found | undefined): SupernetResult {
  if (found === undefined)
    throw new NothingYetError(
      'no generation of designs has been evaluated, and the weights are tuned for every PE type before the first',
    )
  const [[result, judgedAgain = []], networks = []] = found
  const places = chosenOf(config, result)
  return { ...result, judgedAgain, retrained: new Map(networks.map((network, i) => [places[i]!, network])) }
}

const withResult = <State, R, S>(job: Job<State, R>, change: (result: R) => Promise<S>): Job<State, S> => ({
  ...job,
  result: async state => change(await job.result(state)),
})

/** Places of the members that are trained. */
const chosenOf = ({ objectives, retrain }: CodesignConfig, { methods }: CodesignResult): readonly number[] =>
  retrain && methods[0] ? spreadMembers(methods[0].members, objectives, retrain.members) : []

/** The pair of network and scheme of every member of the joint search. */
const pairsOf = ({ accelerators }: CodesignConfig, { methods }: CodesignResult): readonly Pair[] =>
  (methods[0]?.members ?? []).map(({ design: { architecture, accelerator } }) => ({
    architecture,
    scheme: SCHEME_OF[acceleratorAt(accelerators, accelerator).peType],
  }))

function judgingAgain(
  config: SupernetConfig,
  result: CodesignResult,
  parts: Parameters<typeof supernetNetworks>[0],
): Job<unknown, readonly number[]> | undefined {
  const { source, dataset } = parts
  const all = splitTraining(dataset.train, source).heldOut.length
  const pairs = pairsOf(config, result)
  if (source.images >= all || pairs.length === 0) return undefined
  return judgeAgainJob(pairs, supernetNetworks({ ...parts, source: { ...source, images: all } }).accuracy)
}

function retraining(
  config: SupernetConfig,
  result: CodesignResult,
  parts: Parameters<typeof supernetNetworks>[0],
): Job<unknown, readonly Retrained[]> | undefined {
  const places = chosenOf(config, result)
  if (places.length === 0) return undefined
  const { retrain: plan } = config
  const { space, source, dataset } = parts
  const networks = supernetNetworks(parts)
  const pairs = pairsOf(config, result)
  const jobs = places.map(place => {
    const { architecture, scheme } = pairs[place]!
    const name = memberName(place)
    const network =
      plan!.from === 'inherited' ? networks.latent({ architecture, scheme }) : decode(space, architecture)
    return { name, job: retrainJob({ name, network, scheme, plan: plan!, source, dataset }) }
  })
  return inTurn(jobs)
}
