import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.js'
import { packageAddon, packageFolder } from './paths.js'

/**
 * Lets the package fetch its own library and addon. Returns why it did not work, or undefined when it did.
 * What a failed attempt leaves behind (its installer edits its package.json) is put back.
 */
export async function runPackageInstaller(): Promise<string | undefined> {
  const folder = packageFolder()
  const manifest = join(folder, 'package.json')
  const before = readFileSync(manifest)
  const bin = join(folder, '..', '..', '.bin')
  const { code, output } = await run(process.execPath, [join('scripts', 'install.js')], {
    cwd: folder,
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
    silenceMs: 30_000,
  })
  if (code === 0 && existsSync(packageAddon())) return undefined
  try {
    writeFileSync(manifest, before)
    rmSync(join(folder, 'deps'), { recursive: true, force: true })
    rmSync(join(folder, 'lib'), { recursive: true, force: true })
  } catch {
    // A read-only package folder was not changed by the attempt either.
  }
  const reason = output.split('\n').find(line => /Error:|ENOTFOUND|ECONN|EACCES/.test(line))
  return reason?.trim().slice(0, 200) ?? `ended with code ${code}`
}
