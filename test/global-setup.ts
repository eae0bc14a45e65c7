import { installEngine, installedAddon } from '../src/engine/install/index.js'

/** Fetches TensorFlow before the first test where it is missing, so that `npm ci && npm test` is all it takes. */
export default async function setup(): Promise<void> {
  if (!installedAddon()) await installEngine(line => process.stderr.write(`${line}\n`))
}
