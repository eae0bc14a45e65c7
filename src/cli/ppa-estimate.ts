import { type Command, Option } from 'commander'
import { InputError } from '../errors.js'
import type { Estimate, Mapping, Objective } from '../hardware/index.js'
import { type DesignFiles, designFiles } from './design-files.js'
import { outputOptions } from './long-command.js'
import { positiveInteger } from './number-options.js'
import { NETWORK_NAMES, networkNamed } from './ppa-network.js'

interface Options {
  readonly on?: string
  readonly batch: number
  readonly objective: Objective
  readonly models?: string
  readonly json?: boolean
}

export const objectiveOption = (): Option =>
  new Option('--objective <name>', 'what the best mapping of a layer has least of')
    .choices(['latency', 'energy', 'edp'])
    .default('latency')

/** `tandem ppa estimate`: what a network costs on an accelerator, layer by layer. Loads no TensorFlow. */
export function register(ppa: Command): void {
  const command = ppa
    .command('estimate')
    .description('latency, energy and area of a network on an accelerator, layer by layer')
    .argument('<network>', `an ONNX file, the folder of a design, or one of ${NETWORK_NAMES.join(', ')}`)
    .option(
      '--on <cost>',
      'accelerator:FILE, or accelerator: and a name in latency-models/accelerator/; by default that of the design',
    )
    .option('--batch <n>', 'images at a time', positiveInteger, 1)
    .addOption(objectiveOption())
    .option('--models <file>', 'coefficients of the PE models (default: those that ship)')
  outputOptions(command).action(async (name: string, { on, batch, objective, models, json }: Options) => {
    const { estimate, readAccelerator, readPeModel, workloadOf } = await import('../hardware/index.js')
    const files = designFiles(name)
    const accelerator = readAccelerator(acceleratorFile(on, files))
    const network = await networkNamed(files.network)
    const found = estimate(workloadOf(network), accelerator, readPeModel(models), { batch, objective })
    if (json) {
      const { figures, latencyMs, energyMj, areaMm2, macs, params, ...rest } = found
      const cost = { latencyMs, energyMj, areaMm2, macs, params }
      const asked = { schema: 1, command: 'ppa-estimate', network: network.name, accelerator, objective }
      process.stdout.write(`${JSON.stringify({ ...asked, cost, figures, ...rest }, null, 2)}\n`)
      return
    }
    await print(network.name, accelerator.name, found)
  })
}

function acceleratorFile(on: string | undefined, { network, accelerator }: DesignFiles): string {
  if (on === undefined && accelerator !== undefined) return accelerator
  if (on === undefined)
    throw new InputError(`--on accelerator:FILE is needed: ${network} names no accelerator`)
  const [kind, ...rest] = on.split(':')
  if (kind === 'accelerator' && rest.join(':') !== '') return rest.join(':')
  throw new InputError(`--on "${on}": expected accelerator:FILE`)
}

const COMPONENTS = ['mac', 'scratchpads', 'array', 'buffer', 'dram', 'leakage'] as const

async function print(network: string, accelerator: string, found: Estimate): Promise<void> {
  const { table } = await import('./table.js')
  const { figures, batch } = found
  const columns = [
    'layer',
    'MMAC',
    'ms',
    'util %',
    'waits for',
    ...COMPONENTS.map(part => `${part} µJ`),
    'µJ',
    'mapping',
  ]
  const micro = (pj: number) => rounded(pj * 1e-6)
  const rows = [
    ...found.layers.map(({ name, cost, latencyMs, utilization, bound, energyPj, energyMj, mapping }) => [
      name,
      rounded(cost.macs / 1e6),
      rounded(latencyMs),
      rounded(100 * utilization),
      bound,
      ...COMPONENTS.map(part => micro(energyPj[part])),
      rounded(energyMj * 1000),
      mapping === undefined ? '' : letters(mapping),
    ]),
    [
      'all',
      rounded((found.macs * batch) / 1e6),
      rounded(found.latencyMs),
      rounded(100 * found.utilization),
      '',
      ...COMPONENTS.map(part => micro(found.energyPj[part])),
      rounded(found.energyMj * 1000),
      '',
    ],
  ]
  const { areaMm2, peAreaMm2, scratchpadAreaMm2, bufferAreaMm2, clockMhz, powerMw } = figures
  process.stdout.write(
    `${network} on ${accelerator}, batch ${batch}: ${rounded(found.latencyMs)} ms, ${rounded(found.energyMj)} mJ, ${rounded(areaMm2)} mm²\n` +
      `${rounded(clockMhz)} MHz; PEs ${rounded(peAreaMm2)} mm² (of which scratchpads ${rounded(scratchpadAreaMm2)}), buffer ${rounded(bufferAreaMm2)} mm²; PEs at full rate ${rounded(powerMw)} mW\n\n` +
      table(columns, rows),
  )
}

const rounded = (value: number): number => Number(value.toPrecision(4))

/** A mapping in the letters of row-stationary; what is 1 and what follows from the layer is left out. */
function letters(mapping: Mapping): string {
  const { e, f, p, q, r, t, tAcross, groups, groupsAcross, images, filterBlocks, tiles } = mapping
  const sets = { r, t: t * tAcross, g: groups * groupsAcross, 'images side by side': images }
  const more = { 'filter sets held': filterBlocks, tiles }
  const named = Object.entries({ ...sets, ...more }).filter(([, value]) => value > 1)
  return [`tile ${e}×${f}`, `p${p}`, `q${q}`, ...named.map(([name, value]) => `${name} ${value}`)].join(' ')
}
