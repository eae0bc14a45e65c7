import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Prints the address of every module that is imported. */
const SPY = `import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(\`
import { writeSync } from 'node:fs'
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  writeSync(2, found.url + '\\\\n')
  return found
}\`))`

/** What a command prints, and the addresses of the modules that it imports. */
export function importedModules(argv: readonly string[], root: string) {
  const spy = ['--import', `data:text/javascript,${encodeURIComponent(SPY)}`]
  const { stdout, stderr, status } = spawnSync(process.execPath, [...spy, main, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, TANDEM_RUNS: root },
  })
  return { stdout, status, modules: stderr.split('\n').filter(line => line.startsWith('file:')) }
}
