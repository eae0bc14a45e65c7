import { InputError } from '../errors.js'
import type { Run } from '../runs/index.js'
import type { FrameOptions } from './with-run.js'

/** Continues a run of one command from its folder. */
export type Resume = (run: Run, options: FrameOptions) => Promise<void>

/** Commands whose runs can be resumed, one line each; loaded when asked for. */
export const resumers: Readonly<Record<string, () => Promise<Resume>>> = Object.freeze({
  codesign: async () => (await import('./codesign.js')).resume,
  demo: async () => (await import('./search.js')).resume,
  evaluate: async () => (await import('./evaluate.js')).resume,
  pool: async () => (await import('./pool.js')).resume,
  'ppa-characterize': async () => (await import('./ppa-characterize.js')).resume,
  'ppa-fit': async () => (await import('./ppa-fit.js')).resume,
  'ppa-sweep': async () => (await import('./ppa-sweep.js')).resume,
  profile: async () => (await import('./profile.js')).resume,
  prune: async () => (await import('./prune.js')).resume,
  quantize: async () => (await import('./quantize.js')).resume,
  search: async () => (await import('./search.js')).resume,
})

/** Goes on with a run, whatever its command. Throws InputError where that has no long runs, and what the run throws. */
export async function resumeRun(run: Run, options: FrameOptions): Promise<void> {
  const load = Object.hasOwn(resumers, run.command) ? resumers[run.command] : undefined
  if (load === undefined)
    throw new InputError(
      `Runs of '${run.command}' are short and cannot be resumed; repeat the command instead.`,
    )
  const { checkConfig } = await import('../runs/index.js')
  checkConfig(run)
  const resume = await load()
  await resume(run, options)
}
