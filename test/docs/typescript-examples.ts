import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageRoot } from '../../src/package-root.js'
import type { FencedBlock } from './fenced-blocks.js'
import { SURROUNDINGS, type Surroundings } from './typescript-surroundings.js'

/** What strict TypeScript says of programs that use the package as it is published. */
const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'es2023', lib: ['es2023'], module: 'nodenext', moduleResolution: 'nodenext' },
    ...{ strict: true, skipLibCheck: true, types: ['node'], rootDir: '.' },
  },
  include: ['*.ts'],
}

/** Loads the programs one after the other and prints what went wrong with each, or nothing. */
const RUNNER = `const [, ...files] = process.argv
const problems = []
for (const file of files) problems.push(await import(file).then(() => '', error => error.stack))
process.stdout.write('\\n' + JSON.stringify(problems))
process.exit()`

/** Which surroundings an example has; there must be one. */
export const surroundingsOf = ({ text }: FencedBlock): readonly Surroundings[] =>
  SURROUNDINGS.filter(({ of }) => text.includes(of))

/** An example with what it leaves to its reader. */
function programOf(block: FencedBlock): string {
  const { before = '', dots, instead = [] } = surroundingsOf(block)[0] ?? {}
  const text = dots === undefined ? block.text : block.text.replace(/^\s*…$/m, dots)
  return `${before}${instead.reduce((changed, [from, to]) => changed.replaceAll(from, to), text)}\nexport {}\n`
}

/** Compiles examples against the published types and runs them in `folder`: what went wrong with each, '' for nothing. */
export function runExamples(blocks: readonly FencedBlock[], folder: string): readonly string[] {
  // Inside the package, so that it is found by its name.
  const source = mkdtempSync(join(packageRoot, 'dist', 'examples-'))
  try {
    const name = (i: number) => `example-${i}`
    for (const [i, block] of blocks.entries()) writeFileSync(join(source, `${name(i)}.ts`), programOf(block))
    writeFileSync(join(source, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    const tsc = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc')
    const compiled = spawnSync(process.execPath, [tsc, '-p', source], { encoding: 'utf8', cwd: source })
    const complaints = compiled.stdout.split('\n')
    const files = blocks.map((_, i) => pathToFileURL(join(source, `${name(i)}.js`)).href)
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', RUNNER, ...files], {
      encoding: 'utf8',
      cwd: folder,
    })
    const problems = JSON.parse(ran.stdout.split('\n').at(-1) || 'null') as readonly string[] | null
    return blocks.map((_, i) => {
      const said = complaints.filter(line => line.startsWith(`${name(i)}.ts`)).join('\n')
      return said || (problems === null ? ran.stderr : problems[i]!)
    })
  } finally {
    rmSync(source, { recursive: true })
  }
}
