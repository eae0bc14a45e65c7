import { NothingYetError } from '../../errors.js'
import type { Network } from '../../network/index.js'
import type { Job, StepReport } from '../../runs/index.js'
import { measureLatency } from '../measure-latency.js'
import { runnable } from '../runnable.js'
import type { ProfileOptions } from './profile-options.js'
import { closeRound, contextOf, type Probe, probesOf, type Round, searchableBlocks } from './profile-round.js'
import { type ProfileResult, profileTable } from './profile-table.js'

const PROBES_PER_STEP = 12

/** Finished rounds, and the times (ms) that the round in hand has so far. */
export interface ProfileState {
  readonly rounds: readonly Round[]
  readonly times: Readonly<Record<string, number>>
}

/**
 * A job that makes the device table of a space on this machine.
 *
 * What a choice costs is what it adds to a whole network. Each round draws a random network, tries every choice of
 * every block in it, and notes
 *
 *     R[b, c] = T(network with b as c) − T(network without b)
 *
 * and the table holds the medians over rounds. Caches, layouts and fusions are thus those of whole networks, which
 * blocks timed alone do not have. Of a block that cannot be skipped, `without b` is its first choice, whose own
 * price is its time alone less that of a network that does nothing with the same input. A round measures everything
 * in shuffled order, so that a slow spell of the machine falls on all alike, the validation networks included.
 */
export function profileSpace(options: ProfileOptions): Job<ProfileState, ProfileResult> {
  const measure = options.measure ?? measureHere(options)
  const perRound = probesOf(options, 0).length
  const total = perRound * options.rounds
  return {
    init: async () => ({ rounds: [], times: {} }),
    async step({ rounds, times }) {
      const round = rounds.length
      const found: Record<string, number> = { ...times }
      const start = Object.keys(times).length
      for (const probe of probesOf(options, round).slice(start, start + PROBES_PER_STEP))
        found[probe.key] = await measure(networkOf(options, round, probe))
      if (Object.keys(found).length < perRound) return { state: { rounds, times: found } }
      const closed = closeRound(options, round, found)
      return { state: { rounds: [...rounds, closed], times: {} }, report: reportOf(closed, round, options) }
    },
    done: ({ rounds }) => rounds.length >= options.rounds,
    async result({ rounds }) {
      if (rounds.length === 0) throw new NothingYetError('no round of measurement is finished')
      return profileTable(options, rounds)
    },
    pack: state => ({ json: state, tensors: {} }),
    unpack: async ({ json }) => json as ProfileState,
    progress: ({ rounds, times }) => ({
      done: rounds.length * perRound + Object.keys(times).length,
      total,
      label: `round ${Math.min(rounds.length + 1, options.rounds)}/${options.rounds}`,
    }),
  }
}

function networkOf(options: ProfileOptions, round: number, probe: Probe): Network {
  switch (probe.kind) {
    case 'alone':
      return options.block(probe.block, probe.choice)
    case 'validation':
      return options.decode(options.validation[probe.index]!.architecture)
    case 'choice':
      return options.decode(contextOf(options, round).with(probe.block, probe.choice))
  }
}

function reportOf({ contextMs }: Round, round: number, options: ProfileOptions): StepReport {
  const entry = { round, contextMs }
  const blocks = searchableBlocks(options).length
  const line = `round ${round + 1}: ${blocks} blocks in a network of ${contextMs.toFixed(3)} ms`
  return { entries: [{ entry, line }] }
}

/** The first decile, not the median: what else the machine does only ever adds to a time. */
const measureHere =
  ({ threads = 1, batch = 1 }: ProfileOptions) =>
  async (network: Network): Promise<number> => {
    const { shape } = network.input
    const load = { shape, threads, batch, warmup: 3, seconds: 0.05, runs: 12 }
    return (await measureLatency(runnable(network), load)).p10Ms
  }
