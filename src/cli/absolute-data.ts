import { resolve } from 'node:path'

/** The folder of `cifar10:DIR` and the like from the root on, for workers that were started elsewhere. */
export function absoluteData(spec: string): string {
  const [, kind, folder] = /^(\w+):(.+)$/.exec(spec) ?? []
  return folder === undefined ? spec : `${kind}:${resolve(folder)}`
}
