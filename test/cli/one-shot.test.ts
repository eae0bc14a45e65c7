import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { givenSupernet, readOneShot } from '../../src/cli/one-shot-options.js'
import { InputError } from '../../src/errors.js'
import { openRun, readJournal, readResult } from '../../src/runs/index.js'
import { ONE_SHOT_PLAN } from '../../src/search/index.js'
import { parseSpace } from '../../src/search/space/space.js'
import { temporary } from '../runs/toy.js'
import { barsData } from './bars.js'
import { SHAPES } from './shapes.js'
import { tandem } from './tandem-process.js'

const files = temporary()

function file(name: string, text: string): string {
  writeFileSync(join(files, name), text)
  return join(files, name)
}

const GOOD = [
  ...['search', '--method', 'one-shot', '--space', file('shapes.yaml', SHAPES)],
  ...['--data', barsData(join(files, 'bars'), 'bars', { train: 300 }), '--constraint', 'macs<=80%'],
  ...['--batch', '32', '--seed', '3', '--precision', 'float32', '--train-epochs', '1'],
  ...['--candidates', '4', '--generations', '1'],
]
const EPOCHS = ['--epochs', '2']

const root = temporary()
let whole: Awaited<ReturnType<typeof tandem>>
beforeAll(async () => {
  whole = await tandem([...GOOD, ...EPOCHS, '--run', 'whole'], root)
}, 60_000)

describe('tandem search --method one-shot', () => {
  it('ends with a network within the bounds, its supernet, and a report', () => {
    expect(whole.code, whole.stderr).toBe(0)
    const run = openRun(root, 'whole')
    const { solutions, asked } = readResult(run)!
    expect(solutions).toHaveLength(1)
    expect(solutions[0]).toMatchObject({ name: 'found', met: true, files: { network: 'network.onnx' } })
    expect(solutions[0]!.cost.macs).toBeLessThanOrEqual(asked[0]!.bound)
    expect(existsSync(join(run.folder, 'supernet.safetensors'))).toBe(true)
    const report = readFileSync(join(run.folder, 'report.html'), 'utf8')
    expect(report).toContain('Accuracy against macs of all that was scored and trained')
    expect(report).toContain('Accuracy of the supernet')
    expect(whole.stdout).toContain('Found architecture')
    expect(whole.stdout).not.toContain('decisions alone')
  })

  it('says every epoch of the supernet, what was scored, and the best', () => {
    const { stderr } = whole
    expect(stderr).toMatch(/supernet 2\/2; cross-entropy: largest \d\.\d+, smallest \d\.\d+, random \d\.\d+;/)
    expect(stderr).toMatch(
      /scored 4 random networks, best: cross-entropy [\d.]+, [\d.]+ % of held-out images, macs /,
    )
    expect(stderr).toMatch(/best of \d scored: \S+-e\d \S+/)
  })

  it('searches again in a supernet that is trained, which it keeps too', async () => {
    const { code, stderr } = await tandem([...GOOD, '--supernet', 'whole', '--run', 'again'], root)
    expect(code, stderr).toBe(0)
    expect(stderr).not.toContain('supernet 1/')
    const [again, first] = ['again', 'whole'].map(name => {
      const run = openRun(root, name)
      return {
        scored: readJournal(run)
          .map(({ entry }) => entry)
          .filter(entry => 'scored' in entry),
        solutions: readResult(run)!.solutions,
        supernet: readFileSync(join(run.folder, 'supernet.safetensors')).toString('base64'),
      }
    })
    expect(again).toEqual(first)
  }, 60_000)

  it('with an option of the other method says so before anything is written', async () => {
    const empty = temporary()
    const { code, stderr } = await tandem([...GOOD, '--warmup', '1'], empty)
    expect(code).toBe(2)
    expect(stderr).toContain('--warmup is for --method single-path, and this is one-shot')
    expect(readdirSync(empty)).toEqual([])
  })
})

describe('the options of a one-shot search', () => {
  const space = parseSpace(SHAPES, 'shapes.yaml')
  const read = (options: Readonly<Record<string, unknown>>, of = space) =>
    readOneShot({ method: 'one-shot', seed: 3, ...options }, of)
  const supernet = () => join(openRun(root, 'whole').folder, 'supernet.safetensors')

  it('fill in what they leave open', async () => {
    expect(await read({})).toEqual(ONE_SHOT_PLAN)
    expect(await read({ candidates: 7, generations: 0 })).toEqual({
      ...ONE_SHOT_PLAN,
      candidates: 7,
      generations: 0,
    })
    expect(await read({ method: 'single-path', warmup: 2 })).toBeUndefined()
  })

  it('name a supernet by its file or its folder, and remember what it holds', async () => {
    const named = [await read({ supernet: supernet() }), await read({ supernet: join(supernet(), '..') })]
    expect(named[0]).toEqual(named[1])
    expect(named[0]!.supernet).toMatchObject({
      file: supernet(),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const given = await givenSupernet(named[0]!, space)
    expect(Object.keys(given!())).toContain('b01/depthwise/kernel')
    const moved = { supernet: { ...named[0]!.supernet!, sha256: '0' } }
    expect(await givenSupernet(moved, space)).toThrow('has changed since the run began')
    const gone = { supernet: { ...named[0]!.supernet!, file: join(files, 'gone') } }
    expect(await givenSupernet(gone, space)).toThrow('is gone since the run began')
  })

  it('are refused where they belong to the other method, or do not go together', async () => {
    for (const [options, message] of [
      [{ outerStop: 0.1 }, '--outer-stop is for --method single-path'],
      [{ method: 'single-path', candidates: 3 }, '--candidates is for --method one-shot'],
      [{ method: 'single-path', supernet: 'x' }, '--supernet is for --method one-shot'],
      [{ supernet: supernet(), epochs: 3 }, '--epochs is for a supernet that is trained'],
    ] as const) {
      await expect(read(options)).rejects.toThrow(InputError)
      await expect(read(options)).rejects.toThrow(message)
    }
  })

  it('refuse what is no supernet of this space and of these held-out images', async () => {
    const changed = (from: string | RegExp, to: string) => parseSpace(SHAPES.replace(from, to), 'other.yaml')
    for (const [options, message, of] of [
      [{ supernet: 'nowhere' }, '--supernet nowhere: there is no such file'],
      [{ supernet: files }, 'holds no supernet.safetensors; a run of tandem search --method one-shot'],
      [{ supernet: file('text', 'not a supernet at all') }, 'no safetensors file'],
      [
        { supernet: supernet() },
        'a supernet of space shapes, and this search is in space other',
        changed('shapes', 'other'),
      ],
      [
        { supernet: supernet() },
        'as it was before the space was changed',
        changed('filters: 16', 'filters: 24'),
      ],
      [{ supernet: supernet(), seed: 4 }, 'use --seed 3'],
    ] as const)
      await expect(read(options, of)).rejects.toThrow(message)
  })
})
