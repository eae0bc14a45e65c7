import type { LayerType, Network } from '../../network.js'
import type { Module, ModuleKind } from './modules.js'

const KINDS: Readonly<Partial<Record<LayerType, ModuleKind>>> = {
  conv: 'conv',
  dense: 'dense',
  batchNorm: 'batchNorm',
  layerNorm: 'affine',
  scale: 'affine',
}

/** Names that differ in their separators only are the same. */
const plain = (name: string) => name.replaceAll('/', '.')

/**
 * The module of every layer that has weights; undefined where there is none. By name where most modules have the
 * name of a layer, otherwise in order: the first convolution is the file's first, and so on for every kind.
 */
export function matchModules(
  network: Network,
  modules: readonly Module[],
): ReadonlyMap<string, Module | undefined> {
  const layers = network.layers.filter(({ type }) => KINDS[type] !== undefined)
  const byName = new Map(modules.map(module => [plain(module.name), module]))
  const named = layers.filter(({ name }) => byName.has(plain(name))).length
  if (2 * named > modules.length) return new Map(layers.map(({ name }) => [name, byName.get(plain(name))]))
  const queues = new Map<ModuleKind, Module[]>()
  for (const module of inOrder(modules)) {
    const queue = queues.get(module.kind)
    if (queue) queue.push(module)
    else queues.set(module.kind, [module])
  }
  return new Map(layers.map(({ name, type }) => [name, queues.get(KINDS[type]!)?.shift()]))
}

/**
 * Modules in the order in which they were made: that of the file, or of the numbers in their names where the file is
 * sorted by name (`conv2d`, `conv2d_1`, …, `conv2d_10`) and its order says nothing.
 */
function inOrder(modules: readonly Module[]): readonly Module[] {
  const names = modules.map(({ name }) => name)
  const sorted = names.toSorted()
  if (names.some((name, index) => name !== sorted[index])) return modules
  const byNumber = new Intl.Collator('en', { numeric: true })
  return modules.toSorted((a, b) => byNumber.compare(a.name, b.name))
}
