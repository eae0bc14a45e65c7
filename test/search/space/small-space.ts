import { parseSpace } from '../../../src/search/space/space.js'

export const spaceFile = (stages: readonly string[]) =>
  `name: small
input: [8, 8, 3]
classes: 5
batchNorm: { epsilon: 1.0e-3, momentum: 0.9 }
stem: { filters: 4 }
stages:
${stages.map(stage => `  - ${stage}\n`).join('')}head: { filters: 16 }
`

/** Three searchable blocks on 8 × 8 images, the middle one may be skipped: 4 · 5 · 2 networks. */
export const smallSpace = parseSpace(
  spaceFile([
    '{ fixed: { filters: 4 } }',
    '{ blocks: 2, filters: 6, stride: 2, kernels: [3, 5], expansions: [3, 6], skip: true }',
    '{ blocks: 1, filters: 8, kernels: [3], expansions: [2, 4] }',
  ]),
  'small.yaml',
)

/** Two searchable blocks that may have squeeze-and-excitation, the second may be skipped: 8 · 9 networks. */
export const squeezingSpace = parseSpace(
  spaceFile([
    '{ fixed: { filters: 4 } }',
    '{ blocks: 2, filters: 8, stride: 2, kernels: [3, 5], expansions: [3, 6], skip: true, squeeze: true }',
  ]),
  'squeezing.yaml',
)

/** Everything a block may be: nested kernels and expansions, one of each, skipped or not, squeezing or not. */
export const variedSpace = parseSpace(
  spaceFile([
    '{ blocks: 2, filters: 6, stride: 2, kernels: [3, 5, 7], expansions: [2, 4, 6], skip: true }',
    '{ blocks: 2, filters: 8, kernels: [5], expansions: [3, 6], skip: true, squeeze: true }',
    '{ blocks: 2, filters: 6, kernels: [3, 5], expansions: [4], skip: true }',
    '{ blocks: 2, filters: 6, kernels: [3], expansions: [2], skip: true }',
    '{ blocks: 1, filters: 5, kernels: [1, 3], expansions: [1.3, 2.75], squeeze: true }',
  ]),
  'varied.yaml',
)
