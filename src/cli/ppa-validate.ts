import type { Command } from 'commander'
import { outputOptions } from './long-command.js'

/** `tandem ppa validate`: the mapper against silicon. */
export function register(ppa: Command): void {
  const command = ppa
    .command('validate')
    .description('compare the mapper with the Eyeriss chip, measured on AlexNet')
  outputOptions(command).action(async ({ json }: { readonly json?: boolean }) => {
    const { validateEyeriss } = await import('../hardware/index.js')
    const validation = validateEyeriss()
    if (json) {
      process.stdout.write(
        `${JSON.stringify({ schema: 1, command: 'ppa-validate', ...validation }, null, 2)}\n`,
      )
      return
    }
    const { table } = await import('./table.js')
    const { layers, latencyMape, bufferMape } = validation
    const columns = [
      'layer',
      'ms',
      'chip',
      'off %',
      'buffer MB',
      'chip',
      'off %',
      'PEs',
      'chip',
      'GMAC',
      'chip',
    ]
    const rows = layers.map(layer => [
      layer.chip.layer,
      round(layer.processingMs, 2),
      layer.chip.processingMs,
      round(layer.latencyError, 1),
      round(layer.bufferMb, 1),
      layer.chip.bufferMb,
      round(layer.bufferError, 1),
      layer.activePes,
      layer.chip.activePes,
      round(layer.gigaMacs, 3),
      layer.chip.gigaMacs,
    ])
    process.stdout.write(
      `The Eyeriss chip on AlexNet (JSSC 2017, 65 nm, 200 MHz, batch 4) and the mapper’s own choice\n${table(columns, rows)}` +
        `On average ${latencyMape.toFixed(1)} % off in processing latency, ${bufferMape.toFixed(1)} % in buffer traffic.\n${layers
          .map(({ chip, why }) => `${chip.layer}: ${why}\n`)
          .join('')}`,
    )
  })
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
