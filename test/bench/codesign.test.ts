import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../bench/codesign.js'
import { barsData } from '../cli/bars.js'
import { SHAPES } from '../cli/shapes.js'
import { temporary } from '../runs/toy.js'

describe('codesign, part supernet', () => {
  it('searches on a supernet once, trains members of the front, writes table and figure', async () => {
    const root = temporary()
    process.env['TANDEM_RUNS'] = root
    const [space, accelerators, docs] = ['shapes.yaml', 'few.yaml', 'docs'].map(file => join(root, file)) as [
      string,
      string,
      string,
    ]
    writeFileSync(space, SHAPES)
    writeFileSync(accelerators, 'name: few\npeType: [int8, lightpe-1, lightpe-2]\nrows: [8, 16]\n')
    const options = {
      ...{
        part: 'supernet',
        data: barsData(join(root, 'bars'), 'bars', { train: 300 }),
        space,
        accelerators,
      },
      ...{ docs, epochs: '2', batch: '32', precision: 'float32', 'tune-steps': '1', evaluations: '60' },
      ...{ retrain: '1', 'train-epochs': '1', images: '30', name: 'few' },
    }
    const first = await run(options)
    const [header, ...lines] = readFileSync(join(docs, 'data', 'codesign-supernet.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(header).toMatch(/^design,pe_type,held_out_shared,held_out_trained,test,energy_mj,/)
    const cells = lines.map(line => line.split(','))
    expect(cells.filter(row => row[4] !== '')).toHaveLength(1)
    const rows = new Map(first.rows.map(row => [row.case, row]))
    const light = cells.filter(([, type]) => type!.startsWith('lightpe')).length
    expect(rows.get('members of the front: with LightPEs, all')).toMatchObject({
      ours: light,
      theirs: lines.length,
    })
    expect(rows.get('distinct pairs of network and accelerator: evaluated, asked for')!.ours).toBe(60)
    expect(readFileSync(join(docs, 'images', 'codesign-supernet.svg'), 'utf8')).toContain('</svg>')
    expect(await run(options)).toEqual(first)
  }, 120_000)

  it('names what is wrong', async () => {
    await expect(run({ part: 'supernet' })).rejects.toThrow('--data cifar10:DIR is needed')
    await expect(run({ part: 'some' })).rejects.toThrow('--part takes small, full, memory, supernet')
    await expect(run({})).rejects.toThrow('--table nb201_acc.csv.gz is needed')
  })
})
