import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { run } from './command.js'
import { cachedAddon, cacheFolder, engineFolder, packageFolder, TENSORFLOW } from './paths.js'

const require = createRequire(import.meta.url)

/** What a wheel is called for each architecture; any CPython tag holds the same libraries. */
const WHEELS: Readonly<Record<string, { package: string; platform: string }>> = {
  x64: { package: 'tensorflow-cpu', platform: 'manylinux_2_17_x86_64' },
  arm64: { package: 'tensorflow-cpu-aws', platform: 'manylinux_2_17_aarch64' },
}

/** Unpacks the libraries and headers of a wheel (argv 1) into a folder (argv 2). */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, target = sys.argv[1:3]
for name in ('lib', 'include'):
    os.makedirs(os.path.join(target, name), exist_ok=True)
with zipfile.ZipFile(wheel) as archive:
    for item in archive.infolist():
        path = item.filename
        if path in ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'):
            out = os.path.join(target, 'lib', os.path.basename(path))
        elif path.startswith('tensorflow/include/') and path.endswith('.h') and '..' not in path:
            out = os.path.join(target, path[len('tensorflow/'):])
        else:
            continue
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with archive.open(item) as source, open(out, 'wb') as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
`

/**
 * Fetches TensorFlow's libraries from its Python wheel (pip) and compiles the package's addon against them
 * (g++), into the per-user cache. Returns why it did not work, or undefined when it did.
 * Built aside and renamed, so that a cut-off attempt leaves nothing half done.
 */
export async function installFromWheel(say: (line: string) => void): Promise<string | undefined> {
  const wheel = WHEELS[process.arch]
  if (process.platform !== 'linux' || !wheel)
    return `there is no wheel for ${process.platform} on ${process.arch}`
  let work: string
  try {
    mkdirSync(cacheFolder(), { recursive: true })
    work = mkdtempSync(`${engineFolder()}-`)
  } catch (error) {
    return `the cache ${cacheFolder()} cannot be written (${(error as Error).message}); set TANDEM_CACHE to another folder`
  }
  try {
    say(`fetching TensorFlow ${TENSORFLOW} with pip (about 210 MB)`)
    const download = await run(
      'python3',
      ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check']
        .concat(['--python-version', '3.11', '--platform', wheel.platform, '--dest', work])
        .concat([`${wheel.package}==${TENSORFLOW}`]),
      { show: process.stderr.isTTY === true },
    )
    if (download.code !== 0)
      return `pip could not fetch ${wheel.package} ${TENSORFLOW}: ${lastLine(download.output)}`
    const file = readdirSync(work).find(name => name.endsWith('.whl'))
    if (!file) return 'pip ended well but wrote no wheel'

    say('unpacking its libraries')
    const unpack = await run('python3', ['-c', UNPACK, join(work, file), join(work, 'deps')])
    if (unpack.code !== 0) return `the wheel could not be unpacked: ${lastLine(unpack.output)}`
    rmSync(join(work, file))

    say('compiling the addon')
    const compile = await compileAddon(work)
    if (compile) return compile
    rmSync(join(work, 'deps', 'include'), { recursive: true })

    rmSync(engineFolder(), { recursive: true, force: true })
    renameSync(work, engineFolder())
    return undefined
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function compileAddon(work: string): Promise<string | undefined> {
  const binding = join(packageFolder(), 'binding')
  const target = join(work, cachedAddon().slice(engineFolder().length))
  mkdirSync(dirname(target), { recursive: true })
  const libraries = join(work, 'deps', 'lib')
  const nodeHeaders = dirname(require.resolve('node-api-headers/include/node_api.h'))
  const { code, output } = await run(process.env['CXX'] || 'g++', [
    ...['-O2', '-std=c++17', '-shared', '-fPIC', '-w', '-DNAPI_VERSION=8'],
    ...[`-I${nodeHeaders}`, `-I${join(work, 'deps', 'include')}`, `-I${binding}`],
    ...[join(binding, 'tfjs_backend.cc'), join(binding, 'tfjs_binding.cc')],
    ...[`-L${libraries}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', target],
  ])
  return code === 0 ? undefined : `the addon did not compile (is g++ installed?): ${lastLine(output)}`
}

const lastLine = (output: string) => output.split('\n').at(-1) || 'no message'
