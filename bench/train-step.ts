import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Network, resnet } from '../src/network/index.js'
import { packageRoot } from '../src/package-root.js'
import { decode, largest, readSpace } from '../src/search/space-index.js'
import { type BenchOptions, type BenchResult, type BenchRow, integerOption, median, row } from './bench.js'

/** Whoever takes the step: a process of its own, so that its peak memory is its own. */
interface Side {
  steps(count: number): Promise<number[]>
  /** Ends it; its peak memory in bytes. */
  end(): Promise<number>
}

const OURS = ['eager', 'graph', 'bf16'] as const
const NAMES: Readonly<Record<string, string>> = {
  layers: 'TensorFlow.js layers',
  eager: 'fused eager',
  graph: 'graph',
  bf16: 'graph, bf16',
  tensorflow: "TensorFlow's graph, from Python",
  torch: 'PyTorch, channels last',
  'torch-bf16': 'PyTorch, bf16 autocast',
}

/** Ours against theirs, where both are there. */
const COMPARED = [
  ['graph', 'layers'],
  ['graph', 'eager'],
  ['graph', 'tensorflow'],
  ['graph', 'torch'],
  ['bf16', 'graph'],
  ['bf16', 'torch-bf16'],
] as const

/**
 * Images a second of a training step (medians), its sides in turns in one run: ResNet-20 at batches of 128 and 16, the
 * largest network of `cifar10-mbconv` at 64, and that space's supernet in search at 64; the peak memory of each side;
 * the share of the step that its convolutions take, and their rate against a matrix multiplication's.
 * `--rounds` (4), `--steps` of each in a round (5), `--only` a part of a case's name. `TANDEM_PYTHON` is the Python
 * that has TensorFlow or PyTorch; a peer that it has not is left out with a note.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const rounds = integerOption(options, 'rounds', 4)
  const steps = integerOption(options, 'steps', 5)
  const space = readSpace('cifar10-mbconv')
  const mbconv = decode(space, largest(space))
  const cases: readonly [string, Network | undefined, number, readonly string[]][] = [
    ['ResNet-20, batch 128', resnet({ depth: 20 }), 128, ['layers', ...OURS]],
    ['ResNet-20, batch 16', resnet({ depth: 20 }), 16, ['layers', ...OURS]],
    ['MBConv network, batch 64', mbconv, 64, OURS],
    ['supernet, batch 64', undefined, 64, OURS],
  ]
  const peers = availablePeers()
  const rows: BenchRow[] = []
  for (const [name, network, batch, ours] of cases) {
    if (!name.includes(options['only'] ?? '')) continue
    const kinds = [...ours, ...(network ? peers : [])]
    rows.push(...(await compare(name, network, batch, kinds, { rounds, steps })))
  }
  return { name: 'train-step', rows }
}

async function compare(
  name: string,
  network: Network | undefined,
  batch: number,
  kinds: readonly string[],
  { rounds, steps }: { rounds: number; steps: number },
): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
  const file = join(folder, 'network.json')
  if (network) writeFileSync(file, JSON.stringify({ ...network, weights: {} }))
  const sides = new Map<string, Side>()
  const times = new Map<string, number[]>(kinds.map(kind => [kind, []]))
  for (const kind of kinds) sides.set(kind, await startSide(kind, network ? file : 'supernet', batch))
  for (const side of sides.values()) await side.steps(3)
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < kinds.length; turn++) {
      const kind = kinds[(turn + round) % kinds.length]!
      times.get(kind)!.push(...(await sides.get(kind)!.steps(steps)))
    }
  const rate = (kind: string) => (1000 * batch) / median(times.get(kind)!)
  const memory = new Map<string, number>()
  for (const [kind, side] of sides) memory.set(kind, (await side.end()) / 1e6)
  rmSync(folder, { recursive: true })
  const pairs = COMPARED.filter(([ours, theirs]) => kinds.includes(ours) && kinds.includes(theirs))
  const of = ([ours, theirs]: readonly [string, string], what: string) =>
    `${name}, ${what}: ${NAMES[ours]} / ${NAMES[theirs]}`
  return [
    ...pairs.map(pair => row(of(pair, 'images/s'), rate(pair[0]), rate(pair[1]))),
    ...pairs.map(pair => row(of(pair, 'peak MB'), memory.get(pair[0])!, memory.get(pair[1])!)),
    // At a small batch what an eager operation costs by itself would count as its convolution.
    ...(network && batch >= 64
      ? await shareOfConvolutions(name, network, batch, median(times.get('graph')!))
      : []),
  ]
}

async function shareOfConvolutions(
  name: string,
  network: Network,
  batch: number,
  stepMs: number,
): Promise<BenchRow[]> {
  const { convolutions, matrixRate } = await import('./sides/convolution-share.js')
  const { ms, rate } = convolutions(network, batch)
  return [
    row(`${name}, ms: its convolutions alone / a step of the graph`, ms, stepMs),
    row(`${name}, GFLOP/s: its convolutions / a matrix multiplication`, rate, matrixRate()),
  ]
}

const python = process.env['TANDEM_PYTHON'] ?? 'python3'

function availablePeers(): string[] {
  const has = (module: string) => {
    const found = spawnSync(python, [
      '-c',
      `import importlib.util as u; exit(u.find_spec("${module}") is None)`,
    ])
    if (found.status !== 0)
      process.stderr.write(
        `${python} has no ${module}: its sides are left out (TANDEM_PYTHON names another)\n`,
      )
    return found.status === 0
  }
  return [...(has('tensorflow') ? ['tensorflow'] : []), ...(has('torch') ? ['torch', 'torch-bf16'] : [])]
}

async function startSide(kind: string, what: string, batch: number): Promise<Side> {
  const script = (file: string) => join(packageRoot, 'bench/sides', file)
  const [command, ...args] =
    kind === 'tensorflow'
      ? [python, script('train_step_tensorflow.py'), what, `${batch}`]
      : kind.startsWith('torch')
        ? [python, script('train_step_torch.py'), what, `${batch}`, kind === 'torch' ? 'float32' : 'bf16']
        : [process.execPath, join(import.meta.dirname, 'sides/train-step-side.js'), what, `${batch}`, kind]
  const child: ChildProcess = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`the side "${kind}" of the benchmark ended early`)
    return value as string
  }
  await next()
  return {
    async steps(count) {
      child.stdin!.write(`${count}\n`)
      return JSON.parse(await next()) as number[]
    },
    async end() {
      child.stdin!.end()
      return Number(await next())
    },
  }
}
