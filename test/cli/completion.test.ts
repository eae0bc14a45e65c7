import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { complete } from '../../src/cli/complete.js'
import { createProgram } from '../../src/cli/program.js'
import { createRun } from '../../src/runs/index.js'
import { temporary } from '../runs/toy.js'
import { importedModules } from './imported-modules.js'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
const root = temporary()
for (const name of ['mine', 'shared', 'search-1'])
  createRun({ root, name, command: 'search', config: {}, seed: 0, argv: [] })

/** What the words may go on to, as a user would see them: the last is where the cursor stands. */
async function offered(...words: string[]): Promise<readonly string[]> {
  vi.stubEnv('TANDEM_RUNS', root)
  return (await complete(createProgram(commands), words)).map(({ word }) => word)
}
afterEach(() => vi.unstubAllEnvs())

describe('completion', () => {
  it('offers commands, and those of a command', async () => {
    expect(await offered('')).toEqual(
      expect.arrayContaining(['search', 'prune', 'runs', 'init', 'completion']),
    )
    expect(await offered('')).not.toContain('complete')
    expect(await offered('pr')).toEqual(['profile', 'prune'])
    expect(await offered('ppa', 's')).toEqual(['sweep'])
  })

  it('offers options, and those that are there only where they may be repeated', async () => {
    expect(await offered('search', '--spa')).toEqual(['--space'])
    expect(await offered('search', '--space', 'x', '--sp')).toEqual([])
    expect(await offered('search', '--space=x', '--sp')).toEqual([])
    expect(await offered('search', '--constraint', 'macs<=50%', '--con')).toEqual([
      '--constraint',
      '--config',
    ])
  })

  it('offers the choices of an option, however it is written', async () => {
    expect(await offered('search', '--precision', '')).toEqual(['float32', 'bf16', 'auto'])
    expect(await offered('quantize', 'm.onnx', '--scheme', 'light')).toEqual(['lightnn-1', 'lightnn-2'])
    expect(await offered('runs', 'list', '--state', 'fa')).toEqual(['failed'])
    expect(await offered('runs', 'list', '--state=fa')).toEqual(['--state=failed'])
    expect(await offered('runs', 'list', '--state', '=', 'fa')).toEqual(['failed'])
  })

  it.each(['show', 'resume', 'retry', 'report', 'remove'])(
    'offers the runs that there are to runs %s',
    async what => {
      expect(await offered('runs', what, '')).toEqual(['mine', 'search-1', 'shared'])
      expect(await offered('runs', what, 'm')).toEqual(['mine'])
    },
  )

  it('offers runs to options that take one, and as many as a command takes', async () => {
    expect(await offered('search', '--supernet', 's')).toEqual(['search-1', 'shared'])
    expect(await offered('codesign', '--seed-run', 'm')).toEqual(['mine'])
    expect(await offered('runs', 'remove', 'mine', 's')).toEqual(['search-1', 'shared'])
    expect(await offered('runs', 'show', 'mine', 's')).toEqual([])
  })

  it('offers the commands that have a configuration, and shells', async () => {
    expect(await offered('init', 'ppa-')).toEqual(['ppa-sweep', 'ppa-characterize', 'ppa-fit'])
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  it('leaves files and names of the user’s own to the shell', async () => {
    expect(await offered('prune', 'mod')).toEqual([])
    expect(await offered('search', '--space', 'm')).toEqual([])
    expect(await offered('search', '--run', 'm')).toEqual([])
    expect(await offered('serach', '')).toEqual([])
  })

  it('loads nothing heavy for it', () => {
    const { modules, stdout } = importedModules(['complete', '--', 'runs', 'show', ''], root)
    expect(stdout).toMatch(/^mine\t/)
    expect(
      modules.filter(url => /node_modules\/(?!commander\/)|\/src\/(network|engine|search)\//.test(url)),
    ).toEqual([])
  })
})

/** A folder with a `tandem` in it, to be found on the PATH. */
const bin = join(temporary(), 'bin')
mkdirSync(bin)
writeFileSync(join(bin, 'tandem'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
chmodSync(join(bin, 'tandem'), 0o755)

function inShell(shell: string, script: string) {
  const env = { ...process.env, TANDEM_RUNS: root, PATH: `${bin}:${process.env['PATH']}` }
  const flags = shell === 'bash' ? ['--norc', '-c'] : shell === 'zsh' ? ['-f', '-c'] : ['--no-config', '-c']
  const { status, stdout, stderr } = spawnSync(shell, [...flags, script], { encoding: 'utf8', env })
  return { status, lines: stdout.trim().split('\n'), stderr }
}

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0
const unless = (shell: string) => (has(shell) ? '' : ` (skipped: ${shell} is not installed)`)

describe(`in bash${unless('bash')}`, () => {
  /** What a Tab at the end of a line comes to; its words as bash takes them apart. */
  const tab = (...words: string[]) => {
    const [typed, before] = [words.at(-1) === '=' ? '' : words.at(-1)!, words.at(-2)!]
    return inShell(
      'bash',
      `source <(tandem completion bash)
       complete -p tandem >&2
       COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
       _tandem tandem '${typed}' '${before}'
       printf '%s\\n' "\${COMPREPLY[@]}"`,
    )
  }

  it.skipIf(!has('bash'))('Tab completes commands, options, choices and runs', () => {
    expect(tab('tandem', 'prof')).toMatchObject({
      ...{ status: 0, lines: ['profile'] },
      stderr: 'complete -o default -F _tandem tandem\n',
    })
    expect(tab('tandem', 'search', '--spa').lines).toEqual(['--space'])
    expect(tab('tandem', 'runs', 'list', '--state', '=', 'fa').lines).toEqual(['failed'])
    expect(tab('tandem', 'runs', 'list', '--state', '=').lines).toContain('running')
    expect(tab('tandem', 'runs', 'show', '').lines).toEqual(['mine', 'search-1', 'shared'])
    expect(tab('tandem', 'prune', 'mod').lines).toEqual([''])
  })
})

describe(`in zsh${unless('zsh')}`, () => {
  it.skipIf(!has('zsh'))('the script is taken, and completes runs', () => {
    const { status, lines } = inShell(
      'zsh',
      `autoload -Uz compinit && compinit -u -D
       source <(tandem completion zsh)
       _describe() { print -l -- \${(P)2} }
       words=(tandem runs show m); CURRENT=4
       _tandem`,
    )
    expect({ status, lines }).toEqual({ status: 0, lines: ['mine'] })
  })
})

describe(`in fish${unless('fish')}`, () => {
  it.skipIf(!has('fish'))('the script is taken, and completes runs', () => {
    const { lines } = inShell('fish', 'tandem completion fish | source; complete -C "tandem runs show m"')
    expect(lines.map(line => line.split('\t')[0])).toEqual(['mine'])
  })
})
