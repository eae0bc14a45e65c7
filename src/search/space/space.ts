import { bundledFile } from '../../bundled-file.js'
import { type PricedBlock, type PricedSpace, pricedChoices, SKIP } from '../../cost/index.js'
import { InputError } from '../../errors.js'
import { parseYaml, readYaml } from '../../read-yaml.js'
import { type SpaceFile, spaceSchema } from './space-schema.js'

/** One MBConv block of a space, fixed or searchable, with everything resolved. */
export interface Block extends PricedBlock {
  /** `b00`, `b01`, … in order. */
  readonly name: string
  /** Name of the stage it belongs to. */
  readonly stage: string
  readonly inFilters: number
  readonly filters: number
  readonly stride: number
  /** Of its input, in pixels. */
  readonly height: number
  readonly width: number
  /** Every choice, `skip` last where there is one; a fixed block has one. */
  readonly choices: readonly string[]
}

/** What may be searched: a chain of blocks between a stem and a head. */
export interface Space
  extends PricedSpace,
    Pick<SpaceFile, 'classes' | 'activation' | 'batchNorm' | 'stem' | 'head'> {
  readonly name: string
  /** [height, width, channels] */
  readonly input: readonly [number, number, number]
  readonly blocks: readonly Block[]
}

/** A block with more than one choice. */
export const searchable = (space: Space): readonly Block[] => space.blocks.filter(block => block.searchable)

/** The block's choices: `['3x3-e3', '3x3-e6', '5x5-e3', '5x5-e6', 'skip']`; `5x5-e6-se` has squeeze-and-excitation. */
export const choices = (block: Block): readonly string[] => block.choices

/**
 * Reads a space: a YAML file, or the bare name of one that ships in `search-spaces/`, e.g. `cifar10-mbconv`.
 * Throws InputError when it is missing and ConfigError (`file:line`) for an unknown key or an impossible value.
 */
export function readSpace(fileOrName: string): Space {
  return resolveSpace(readYaml(bundledFile('search-spaces', fileOrName), spaceSchema))
}

/** As `readSpace`, over YAML text; `file` is only the name used in messages. */
export function parseSpace(text: string, file: string): Space {
  return resolveSpace(parseYaml(text, file, spaceSchema))
}

function resolveSpace({ stages, description: _, ...rest }: SpaceFile): Space {
  let [height, width] = rest.input.slice(0, 2).map(size => Math.ceil(size / rest.stem.stride)) as [
    number,
    number,
  ]
  let inFilters = rest.stem.filters
  const blocks: Block[] = []
  for (const [i, stage] of stages.entries()) {
    const { length, stride, filters, kernels, expansions, skip, squeeze } = stageParts(stage)
    for (let position = 0; position < length; position++) {
      const block = {
        name: `b${String(blocks.length).padStart(2, '0')}`,
        stage: stage.name ?? `stage${i}`,
        searchable: !('fixed' in stage),
        canSkip: skip && position > 0,
        canSqueeze: squeeze,
        inFilters,
        filters,
        stride: position === 0 ? stride : 1,
        height,
        width,
        kernels: Object.freeze(kernels),
        expansions: Object.freeze(expansions),
      }
      checkWidths(rest.name, block)
      const all = [...pricedChoices(block), ...(block.canSkip ? [SKIP] : [])]
      blocks.push(Object.freeze({ ...block, choices: Object.freeze(all) }))
      height = Math.ceil(height / block.stride)
      width = Math.ceil(width / block.stride)
      inFilters = filters
    }
  }
  return Object.freeze({ ...rest, blocks: Object.freeze(blocks) })
}

/** Two expansions of a block that come to the same number of channels would be one choice under two names. */
function checkWidths(
  space: string,
  { stage, inFilters, expansions }: Pick<Block, 'stage' | 'inFilters' | 'expansions'>,
) {
  const widths = expansions.map(expansion => Math.round(inFilters * expansion))
  const twin = widths.findIndex((width, i) => i > 0 && width === widths[i - 1])
  if (twin < 0) return
  throw new InputError(
    `space ${space}, stage ${stage}: expansions ${expansions[twin - 1]} and ${expansions[twin]} of ${inFilters} filters are both ${widths[twin]} channels; leave one out`,
  )
}

function stageParts(stage: SpaceFile['stages'][number]) {
  if (!('fixed' in stage)) return { ...stage, length: stage.blocks }
  const { filters, stride, kernel, expansion } = stage.fixed
  const single = { kernels: [kernel], expansions: [expansion], skip: false, squeeze: false }
  return { length: 1, filters, stride, ...single }
}
