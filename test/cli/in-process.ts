import { vi } from 'vitest'
import { type Register, runProgram } from '../../src/cli/program.js'

/** A command in this process, with `root` as its folder of runs: for what ends before there is anything to do. */
export async function inProcess(register: Register, argv: readonly string[], root: string) {
  const output = { stdout: '', stderr: '' }
  vi.stubEnv('TANDEM_RUNS', root)
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation(text => {
      output[name] += text
      return true
    })
  try {
    return { code: await runProgram(argv, [register]), ...output }
  } finally {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  }
}
