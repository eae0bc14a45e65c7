import { readdirSync } from 'node:fs'
import { expect, vi } from 'vitest'
import { type Register, runProgram } from '../../src/cli/program.js'
import { temporary } from '../runs/toy.js'

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

/** A command that ends with code 2, says what is wrong without a stack trace, and writes nothing. */
export async function expectRefused(
  register: Register,
  argv: readonly string[],
  message: RegExp,
): Promise<void> {
  const empty = temporary()
  const { code, stdout, stderr } = await inProcess(register, argv, empty)
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(readdirSync(empty)).toEqual([])
}
