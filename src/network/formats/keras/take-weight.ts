import { kerasError } from './conversion.js'
import type { KerasWeight } from './manifest.js'
import type { KerasLayer } from './topology.js'

/**
 * The values of a layer's weight, under the first of `names` that the manifest has. Weights are named
 * `<layer>/<weight>`, in some files after the models around the layer, in some without the nested model's name.
 * Throws NetworkError if it is missing, ambiguous, of another shape or holds values that are no numbers.
 */
export function takeWeight(
  found: ReadonlyMap<string, KerasWeight>,
  layer: KerasLayer,
  names: readonly string[],
  shape: readonly number[],
): Float32Array {
  const fail = (problem: string): never => {
    throw kerasError(layer, problem)
  }
  const candidates = names.flatMap(name => {
    const path = `${layer.name}/${name}`
    if (found.has(path)) return [path]
    const fits = (key: string) => key.endsWith(`/${path}`) || (key.includes('/') && path.endsWith(`/${key}`))
    return [...found.keys()].filter(fits)
  })
  const [key] = candidates
  if (key === undefined) return fail(`its weight "${names[0]}" is not in the manifest`)
  if (candidates.length > 1) return fail(`its weight "${names[0]}" may be any of ${candidates.join(', ')}`)
  const weight = found.get(key)!
  if (`${weight.shape}` !== `${shape}`)
    return fail(`its weight "${key}" has shape [${weight.shape}], expected [${shape}]`)
  const values = weight.values()
  if (!values.every(Number.isFinite)) return fail(`its weight "${key}" holds values that are no numbers`)
  return values
}
