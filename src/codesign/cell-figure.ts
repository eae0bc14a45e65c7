import {
  liveEdges,
  NASBENCH201_EDGES,
  NASBENCH201_OPERATIONS,
  type Nasbench201Cell,
} from '../network/index.js'
import type { ReportFigure } from '../runs/index.js'

/** Edges one above the other, so that none covers another: the short ones first. */
const LEVELS = [0, 1, 0, 3, 2, 0]
const QUIET = '#888888'

/**
 * A cell of NAS-Bench-201: its nodes from input to output as upright lines, an edge between two as a bar whose colour is its
 * operation; dashed where it does nothing, as nothing comes to it or goes on from it.
 */
export function cellFigure(cell: Nasbench201Cell, name: string): ReportFigure {
  const live = liveEdges(cell)
  const values = NASBENCH201_EDGES.map(([from, to], i) => ({
    ...{ edge: `${from} to ${to}`, operation: cell[i]!, live: live[i]! },
    ...{ left: from + 0.04, right: to - 0.04, middle: (from + to) / 2 },
    ...{ bottom: LEVELS[i]! - 0.3, top: LEVELS[i]! + 0.3, level: LEVELS[i]! },
  }))
  const nodes = ['input', 'node 1', 'node 2', 'output'].map((node, at) => ({ node, at }))
  const across = {
    type: 'quantitative',
    scale: { domain: [-0.2, 3.2], nice: false, zero: false },
    axis: null,
  }
  const up = { type: 'quantitative', scale: { domain: [-1, 3.5], nice: false }, axis: null }
  const box = {
    ...{ x: { field: 'left', ...across }, x2: { field: 'right' } },
    ...{ y: { field: 'bottom', ...up }, y2: { field: 'top' } },
    tooltip: [{ field: 'edge' }, { field: 'operation' }, { field: 'live' }],
  }
  return {
    title: `The cell of ${name}`,
    spec: {
      ...{ width: 480, height: 180 },
      data: { values },
      layer: [
        {
          data: { values: nodes },
          mark: { type: 'rule', color: QUIET },
          encoding: { x: { field: 'at', ...across }, y: { datum: -0.5, ...up }, y2: { datum: 3.4 } },
        },
        {
          transform: [{ filter: 'datum.live' }],
          mark: { type: 'rect', cornerRadius: 2 },
          encoding: {
            ...box,
            color: { field: 'operation', type: 'nominal', title: null, sort: NASBENCH201_OPERATIONS },
          },
        },
        {
          transform: [{ filter: '!datum.live' }],
          mark: { type: 'rect', fillOpacity: 0, stroke: QUIET, strokeDash: [3, 3], cornerRadius: 2 },
          encoding: box,
        },
        {
          transform: [{ filter: '!datum.live' }],
          mark: { type: 'text', fontSize: 10 },
          encoding: {
            ...{ x: { field: 'middle', ...across }, y: { field: 'level', ...up } },
            text: { field: 'operation', type: 'nominal' },
          },
        },
        {
          data: { values: nodes },
          mark: { type: 'text', fontSize: 11 },
          encoding: {
            ...{ x: { field: 'at', ...across }, y: { datum: -0.8, ...up } },
            text: { field: 'node', type: 'nominal' },
          },
        },
      ],
    },
  }
}
