import { execFile } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cacheFolder, chooseBackend, installEngine, installedAddon } from '../../src/engine/install/index.js'
import { packageRoot } from '../../src/package-root.js'

const root = mkdtempSync(join(tmpdir(), 'tandem-install-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Runs a module's text in a process and an environment of its own, silent on stderr; what it printed as JSON. */
async function inProcess(script: string, env: NodeJS.ProcessEnv = process.env): Promise<unknown> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    {
      env,
    },
  )
  expect(stderr).toBe('')
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n', stdout.length - 2) + 1))
}

const compiled = (...path: string[]) => pathToFileURL(join(packageRoot, 'dist', 'src', ...path)).href

describe('installing the engine where it is installed', () => {
  it('says where it is and does nothing', async () => {
    const said: string[] = []
    const addon = await installEngine(line => said.push(line))
    expect(addon).toBe(installedAddon())
    expect(existsSync(addon)).toBe(true)
    expect(await installEngine(line => said.push(line))).toBe(addon)
    expect(said).toEqual([])
  })
})

describe('the cache', () => {
  it.each([
    [{ TANDEM_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    [{ TANDEM_CACHE: '', XDG_CACHE_HOME: '/b' }, '/b/tandem'],
    [{ TANDEM_CACHE: '', XDG_CACHE_HOME: '' }, join(homedir(), '.cache', 'tandem')],
  ])('for %o is %s', (env, expected) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    expect(cacheFolder()).toBe(expected)
    vi.unstubAllEnvs()
  })
})

describe('installing the engine where nothing works', () => {
  const home = join(root, 'house')
  const tfjs = join(home, 'node_modules', '@tensorflow', 'tfjs-node')
  const cache = join(root, 'cache')
  const manifest = () => readFileSync(join(tfjs, 'package.json'), 'utf8')

  /** A house of its own: the installer's code beside a copy of the package that has never been installed. */
  beforeAll(() => {
    const from = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'))
    for (const part of ['package.json', 'scripts', 'binding'])
      cpSync(join(from, part), join(tfjs, part), { recursive: true })
    mkdirSync(join(home, 'dist'), { recursive: true })
    writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
    cpSync(join(packageRoot, 'dist/src/engine/install'), join(home, 'dist/engine/install'), {
      recursive: true,
    })
    copyFileSync(join(packageRoot, 'dist/src/errors.js'), join(home, 'dist/errors.js'))
    cpSync(
      dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')),
      join(home, 'node_modules', 'node-api-headers'),
      { recursive: true },
    )
  })

  /** Runs a script on the installer: no network for the package's installer, and no programs to find. */
  const atHome = (script: string, env: NodeJS.ProcessEnv = {}) =>
    inProcess(
      `import * as install from '${pathToFileURL(join(home, 'dist/engine/install/index.js')).href}'\n${script}`,
      {
        PATH: join(root, 'no-programs'),
        NODE_PATH: join(packageRoot, 'node_modules'),
        CDN_STORAGE: 'https://127.0.0.1:9/',
        TANDEM_CACHE: cache,
        ...env,
      },
    )

  /** What an attempt ends with. */
  const attempt = (env: NodeJS.ProcessEnv = {}) =>
    atHome(
      `const error = await install.installEngine(() => {}).catch(error => error)
       const addon = install.installedAddon() ?? null
       console.log(JSON.stringify({ name: error.name, message: error.message, addon }))`,
      env,
    ) as Promise<{ name: string; message: string; addon: string | null }>

  /** What seeing to an engine says, and how it ends. */
  const provided = (TANDEM_ENGINE: string) =>
    atHome(
      `const said = []
       const error = await install.provideEngine(line => said.push(line)).catch(error => error)
       console.log(JSON.stringify([said.at(-1) ?? null, error?.name ?? null]))`,
      { TANDEM_ENGINE },
    )

  it('fails with an EngineError that gives every reason and the remedy', async () => {
    const before = manifest()
    const { name, message, addon } = await attempt()
    expect(name).toBe('EngineError')
    expect(message).toMatch(/the package's own installer: .*(ECONNREFUSED|127\.0\.0\.1)/)
    expect(message).toMatch(
      /the Python wheel: pip could not fetch tensorflow-cpu\S* 2\.15\.1: .*python3 ENOENT/,
    )
    expect(message).toMatch(/Needed: .*Python 3, pip and g\+\+[\s\S]*Then: tandem engine install/)
    expect(addon).toBeNull()
    expect(manifest()).toBe(before)
    expect(readdirSync(tfjs).sort()).toEqual(['binding', 'package.json', 'scripts'])
    expect(readdirSync(cache)).toEqual([])
  })

  it('fails in the same way when the cache cannot be written', async () => {
    const file = join(root, 'a-file')
    writeFileSync(file, '')
    const { name, message } = await attempt({ TANDEM_CACHE: join(file, 'cache') })
    expect(name).toBe('EngineError')
    expect(message).toContain(`the Python wheel: the cache ${join(file, 'cache')} cannot be written`)
  })

  it('leaves it to wasm, unless TensorFlow was asked for', async () => {
    expect(await provided('')).toEqual(['engine: going on without TensorFlow', null])
    expect(await provided('wasm')).toEqual([null, null])
    expect(await provided('native')).toEqual([expect.stringMatching(/did not work/), 'EngineError'])
  })
})

describe('the engine that is used', () => {
  it.each([
    [undefined, true, 'native', 'TensorFlow is installed'],
    [undefined, false, 'wasm', 'TensorFlow is not installed'],
    ['wasm', true, 'wasm', 'TANDEM_ENGINE asks for it'],
    ['wasm', false, 'wasm', 'TANDEM_ENGINE asks for it'],
    ['native', true, 'native', 'TensorFlow is installed'],
  ])('with TANDEM_ENGINE %s and TensorFlow there: %s is %s', (wanted, installed, name, reason) => {
    expect(chooseBackend(wanted, installed)).toEqual({ name, reason })
  })

  it('cannot be TensorFlow where there is none, nor anything else', () => {
    expect(() => chooseBackend('native', false)).toThrow(/not installed.*Run: tandem engine install/)
    expect(() => chooseBackend('cuda', true)).toThrow('TANDEM_ENGINE=cuda: expected native or wasm')
  })
})

describe('loading the engine', () => {
  // An addon in the package's own folder cannot be hidden from it.
  const inPackage = installedAddon()?.includes('node_modules') === true

  it('mends what newer Nodes lack', async () => {
    const script = `
      import util from 'node:util'
      delete util.isNullOrUndefined
      delete util.isArray
      const { tf } = await import('${compiled('engine', 'index.js')}')
      const sum = tf.add(tf.tensor1d([1, 2]), [3, 4]).dataSync()
      console.log(JSON.stringify([tf.getBackend(), ...sum]))`
    expect(await inProcess(script)).toEqual(['tensorflow', 4, 6])
  })

  it.skipIf(inPackage)('without TensorFlow loads wasm', async () => {
    const script = `
      const { tf } = await import('${compiled('engine', 'index.js')}')
      const sum = tf.add(tf.tensor1d([1, 2]), [3, 4]).dataSync()
      console.log(JSON.stringify([tf.getBackend(), ...sum]))`
    const env = { ...process.env, TANDEM_CACHE: join(root, 'empty'), TANDEM_ENGINE: '' }
    expect(await inProcess(script, env)).toEqual(['wasm', 4, 6])
  })

  it.skipIf(inPackage)('that is damaged names the file and the remedy', async () => {
    const here = installedAddon()!
    const damaged = join(root, 'damaged', here.slice(cacheFolder().length))
    mkdirSync(dirname(damaged), { recursive: true })
    writeFileSync(damaged, 'not a library')
    const script = `
      const error = await import('${compiled('engine', 'index.js')}').catch(error => error)
      console.log(JSON.stringify([error.name, error.message]))`
    const [name, message] = (await inProcess(script, {
      ...process.env,
      TANDEM_CACHE: join(root, 'damaged'),
    })) as [string, string]
    expect(name).toBe('EngineError')
    expect(message).toContain(damaged)
    expect(message).toMatch(/Remove that file and run: tandem engine install/)
  })
})
