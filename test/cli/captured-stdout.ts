import { afterEach, beforeEach, vi } from 'vitest'

/** In every test of the file: `root` is the folder of runs, and what goes to stdout is in `text` instead of printed. */
export function capturedStdout(root: string): { text: string } {
  const printed = { text: '' }
  beforeEach(() => {
    printed.text = ''
    vi.stubEnv('TANDEM_RUNS', root)
    vi.spyOn(process.stdout, 'write').mockImplementation(text => {
      printed.text += text
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })
  return printed
}
