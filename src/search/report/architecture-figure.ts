import { SKIP } from '../../cost/index.js'
import { parseChoice } from '../space/decode.js'
import type { Space } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'
import { type Figure, QUIET } from './figure.js'

/** Share of its place that the widest block takes. */
const WIDEST = 0.84
/** Pixels of a place. */
const PLACE = 50

/**
 * An architecture as a strip of blocks, from input to output: a box's height is the depthwise kernel, its width the
 * expansion, its colour the stage; a skipped block is dashed. Below it what comes out of it.
 */
export function architectureFigure(space: Space, architecture: Architecture, name: string): Figure {
  const kernels = Math.max(...space.blocks.flatMap(({ kernels }) => kernels))
  const expansions = Math.max(...space.blocks.flatMap(({ expansions }) => expansions))
  const chosen = architecture.values()
  const values = space.blocks.map((block, place) => {
    const choice = block.searchable ? chosen.next().value! : block.choices[0]!
    const skipped = choice === SKIP
    const { kernel, expansion, squeeze } = parseChoice(block, skipped ? block.choices[0]! : choice)
    const [width, height] = [(WIDEST * expansion) / expansions / 2, kernel / kernels]
    const out = [block.height, block.width].map(size => Math.ceil(size / block.stride))
    return {
      ...{ block: block.name, stage: block.stage, choice, place, skipped },
      ...{ left: place - width, right: place + width, top: height, bottom: -height },
      kernel: skipped ? 'skip' : `${kernel}×${kernel}`,
      expansion: skipped ? '' : `e${expansion}${block.searchable ? '' : ', fixed'}`,
      ...{ squeeze: squeeze && !skipped ? 'SE' : '', size: out.join('×'), channels: `${block.filters} ch` },
    }
  })
  const across = {
    type: 'quantitative',
    scale: { domain: [-0.55, values.length - 0.45], nice: false, zero: false },
    title: ['height: kernel, width: expansion, dashed: skipped', 'below: size and channels of the output'],
    axis: { labels: false, ticks: false, domain: false, grid: false },
  }
  const up = { type: 'quantitative', scale: { domain: [-2.3, 1.6], nice: false }, axis: null }
  const box = {
    x: { field: 'left', ...across },
    x2: { field: 'right' },
    y: { field: 'bottom', ...up },
    y2: { field: 'top' },
    tooltip: ['block', 'choice', 'stage', 'size', 'channels'].map(field => ({ field })),
  }
  const text = (field: string, at: number, mark = {}) => ({
    mark: { type: 'text', fontSize: 10.5, ...mark },
    encoding: {
      x: { field: 'place', ...across },
      y: { datum: at, ...up },
      text: { field, type: 'nominal' },
    },
  })
  const stages = [...new Set(values.map(({ stage }) => stage))]
  return {
    title: `The ${name} network, block by block`,
    spec: {
      width: Math.max(560, PLACE * values.length),
      height: 230,
      data: { values },
      layer: [
        {
          mark: { type: 'rule', color: QUIET },
          encoding: {
            x: { datum: -0.55, ...across },
            x2: { datum: values.length - 0.45 },
            y: { datum: 0, ...up },
          },
        },
        {
          transform: [{ filter: '!datum.skipped' }],
          mark: { type: 'rect', cornerRadius: 2 },
          encoding: { ...box, color: { field: 'stage', type: 'nominal', title: null, sort: stages } },
        },
        {
          transform: [{ filter: 'datum.skipped' }],
          mark: { type: 'rect', fillOpacity: 0, stroke: QUIET, strokeDash: [3, 3], cornerRadius: 2 },
          encoding: box,
        },
        text('kernel', 1.4),
        text('expansion', 1.18),
        text('squeeze', 0, { fontWeight: 'bold', color: '#0b0e11' }),
        text('block', -1.25, { fontWeight: 'bold' }),
        text('size', -1.5),
        text('channels', -1.75),
      ],
    },
  }
}
