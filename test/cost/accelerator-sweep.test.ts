import { describe, expect, it } from 'vitest'
import { acceleratorSweep, type SweepPoint, sweepCsv, sweepFront, sweepReport } from '../../src/cost/index.js'
import { type AcceleratorSpace, workloadOf } from '../../src/hardware/index.js'
import { resnet } from '../../src/network/index.js'
import { factsPeModel } from '../hardware/facts-pe-model.js'

const space: AcceleratorSpace = {
  name: 'small',
  knobs: [
    { knob: 'peType', values: ['int16', 'int8', 'lightpe-1'] },
    { knob: 'rows', values: [6, 12] },
    { knob: 'ifmapWords', values: [2, 6, 12] },
  ],
}
const options = { space, workloads: [workloadOf(resnet({ depth: 20 }))], peModel: factsPeModel }
const job = () => acceleratorSweep(options)

async function finish(state: Awaited<ReturnType<ReturnType<typeof job>['init']>>) {
  const sweep = job()
  let at = state
  while (!sweep.done(at)) at = (await sweep.step(at)).state
  return sweep.result(at)
}

describe('a sweep', () => {
  it('prices every design and notes what is refused', async () => {
    const { points, refusals } = await finish(await job().init())
    expect([points.length, refusals.length]).toEqual([12, 6])
    expect(refusals[0]).toMatchObject({ design: 0, network: 'resnet20' })
    expect(refusals[0]!.refused).toMatch(/needs ifmapWords 3/)
  })

  it('packed and unpacked after a step ends the same', async () => {
    const sweep = job()
    const { state } = await sweep.step(await sweep.init())
    expect(sweep.progress(state)).toMatchObject({ done: 16, total: 18 })
    const { json, tensors } = sweep.pack(state)
    const again = await sweep.unpack({ json: JSON.parse(JSON.stringify(json)), tensors })
    expect(await finish(again)).toEqual(await finish(await sweep.init()))
  })

  it('writes a line for every point and refusal, and a report', async () => {
    const result = await finish(await job().init())
    const lines = sweepCsv(space, result).trim().split('\r\n')
    expect(lines).toHaveLength(1 + 18)
    expect(new Set(lines.slice(1, 13).map(line => line.split(',').length))).toEqual(
      new Set([lines[0]!.split(',').length]),
    )
    const { figures, tables, notes } = sweepReport(options, result)
    expect(figures).toHaveLength(1)
    expect(tables).toHaveLength(2)
    expect(notes!.join(' ')).toMatch(/over 12 designs performance per area varies [\d.]+ times/)
  })
})

describe('the front of a sweep', () => {
  const point = (design: number, performancePerArea: number, energyMj: number) =>
    ({ design, performancePerArea, energyMj }) as SweepPoint

  it('holds what no other point beats in both', () => {
    const points = [point(0, 5, 3), point(1, 4, 2), point(2, 4, 4), point(3, 1, 1), point(4, 3, 2)]
    expect(sweepFront(points).map(({ design }) => design)).toEqual([0, 1, 3])
  })
})
