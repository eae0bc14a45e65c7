import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/package-root.js'

/** pymoo in a process of its own, one request at a time. */
export interface PymooSide {
  /** The objectives of the front that a run ends with, point after point. */
  front(request: object): Promise<Float64Array>
  /** A rate or a time, as `nsga2_pymoo.py` says. */
  speed(request: object): Promise<number>
  end(): void
}

const python = process.env['TANDEM_PYTHON'] ?? 'python3'

/** Undefined, with a note, where the Python of `TANDEM_PYTHON` has no pymoo. */
export async function startPymoo(): Promise<PymooSide | undefined> {
  const found = spawnSync(python, ['-c', 'import importlib.util as u; exit(u.find_spec("pymoo") is None)'])
  if (found.status !== 0) {
    process.stderr.write(
      `${python} has no pymoo: its recorded figures are shown instead (TANDEM_PYTHON names another)\n`,
    )
    return undefined
  }
  const child = spawn(python, [join(packageRoot, 'bench/sides/nsga2_pymoo.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('pymoo ended early')
    return JSON.parse(value) as unknown
  }
  const request = async (what: object) => {
    child.stdin.write(`${JSON.stringify(what)}\n`)
    return next()
  }
  await next()
  return {
    front: async what => Float64Array.from((await request(what)) as number[]),
    speed: async what => (await request(what)) as number,
    end: () => child.stdin.end(),
  }
}
