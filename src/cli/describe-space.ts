import { formatMetric } from '../cost/index.js'
import { estimateMemory } from '../engine/memory.js'
import { describeSpace, FORMULATIONS, type Space, supernetNetwork } from '../search/space-index.js'
import { table } from './table.js'

/** `tandem search --describe`: what a space holds and what a search step takes, on stdout. */
export function printSpace(
  space: Space,
  { batchSize, json }: { readonly batchSize: number; readonly json?: boolean | undefined },
): void {
  const described = describeSpace(space)
  const bytes = FORMULATIONS.map(formulation =>
    Math.round(estimateMemory(supernetNetwork(space, formulation), batchSize)),
  )
  if (json) {
    const formulations = Object.fromEntries(FORMULATIONS.map((name, i) => [name, bytes[i]!]))
    const memory = { batchSize, bytes: bytes[0]!, formulations }
    process.stdout.write(`${JSON.stringify({ ...described, memory }, null, 2)}\n`)
    return
  }
  const { networks, blocks, input, classes } = described
  const free = blocks.filter(({ choices }) => choices > 1).length
  const many = networks.count < 1e6 ? `= ${networks.count}` : `≈ ${power(networks.count)}`
  const list = (values: readonly number[]) => values.join(', ')
  const lines = [
    `Space ${space.name}: ${networks.product} ${many} networks of ${free} searchable blocks,`,
    `images of ${input.join('×')}, ${classes} classes.`,
    '',
    table(
      ['network', 'MACs', 'parameters'],
      (['smallest', 'largest'] as const).map(name => [
        name,
        formatMetric('macs', described[name].macs),
        formatMetric('params', described[name].params),
      ]),
    ),
    table(
      ['block', 'stage', 'input', 'stride', 'filters', 'kernels', 'expansions', 'skip', 'squeeze', 'choices'],
      blocks.map(block => [
        block.block,
        block.stage,
        block.input.join('×'),
        block.stride,
        block.filters,
        list(block.kernels),
        list(block.expansions),
        block.skip,
        block.squeeze,
        block.choices,
      ]),
    ),
    `A search step at batch ${batchSize} takes about:`,
    table(
      ['formulation', 'memory, GB'],
      FORMULATIONS.map((name, i) => [name, (bytes[i]! / 1e9).toFixed(1)]),
    ),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** 1.25e8 */
const power = (value: number) => value.toExponential(2).replace('e+', 'e')
