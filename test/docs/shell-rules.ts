import { hasLibrary } from '../hardware/characterize/library.js'

/** What an example has in place of something of the reader's own; longer texts first. */
export const STANDS_FOR: readonly (readonly [string, readonly string[]])[] = [
  [
    '…',
    ['--space', 'little.yaml', '--accelerators', 'few.yaml', '--objective', 'error', '--objective', 'area'],
  ],
  ['DATA', ['cifar10:DIR']],
  ['supernet:RUN', ['supernet:shared']],
  ['[--concurrency', ['--concurrency']],
  ['2]', ['2']],
]

/**
 * How an example is executed, besides that all of it is parsed as it stands:
 * - `whole`: to its end, in the time that `small` leaves it
 * - `begun`: until its run folder would be made, which comes when all that it was given has been read and checked
 * - `parsed`: not at all, for the reason given
 */
export type Rule =
  | { readonly how: 'whole'; readonly small?: readonly string[] }
  | { readonly how: 'begun'; readonly small?: readonly string[] }
  | { readonly how: 'parsed'; readonly because: string }

const whole = (...small: string[]): Rule => ({ how: 'whole', small })
const begun = (...small: string[]): Rule => ({ how: 'begun', small })
const parsed = (because: string): Rule => ({ how: 'parsed', because })

const FLOAT32 = ['--precision', 'float32']
const LITTLE = ['--space', 'little.yaml', '--batch', '32']
const TRAINED = [...LITTLE, '--train-epochs', '1', ...FLOAT32]

/** The first whose pattern the example matches, and which is on that page if it names one. */
export const RULES: readonly (readonly [pattern: RegExp, rule: Rule, page?: string])[] = [
  [/^npm (ci|run build|link|test)$/, parsed('it sets this very package up')],
  [/^npm run bench /, parsed('it measures for as long as it is given; test/bench has small ones')],
  [/^npm run demo$/, parsed('it takes five minutes; test/cli has a smaller search')],
  [/^tandem worker /, parsed('it waits for work until it is stopped')],
  [/--queue redis:/, parsed('it needs a queue')],

  [/^tandem profile /, whole('--space', 'little.yaml', '--rounds', '1', '--out', 'measured.yaml')],
  [/^tandem search .*--describe/, whole()],
  [
    /^tandem search .*--run mine/,
    whole(...TRAINED, '--epochs', '2', '--on', 'table:little-table.yaml'),
    'README.md',
  ],
  [/^tandem search .*--run shared/, whole(...TRAINED, '--epochs', '1'), 'docs/co-design.md'],
  [/^tandem search .*--supernet shared/, begun(...TRAINED)],
  [/^tandem search /, begun(...FLOAT32, '--batch', '32')],

  [/^tandem codesign --space nasbench201/, whole('--evaluations', '100', '--accelerators', 'few.yaml')],
  [/^tandem codesign /, begun('--space', 'little.yaml', '--accelerators', 'few.yaml')],

  [/^tandem evaluate /, begun()],
  [/^tandem ppa (estimate|validate)/, whole()],
  [/^tandem ppa sweep/, whole('--accelerators', 'few.yaml')],
  [/^tandem ppa characterize/, hasLibrary ? begun() : parsed('the library is not here')],
  [/^tandem ppa fit/, begun()],

  [/^tandem (prune|pool) .*--explain/, whole('--images', '10')],
  [/^tandem prune .*--run half/, whole(...FLOAT32, '--images', '10', '--evaluations', '2', '--epochs', '0')],
  [/^tandem prune .*--ranking/, whole()],
  [/^tandem pool .*--run fast/, whole(...FLOAT32, '--images', '10', '--rounds', '1', '--epochs', '0')],
  [/^tandem quantize .*--epochs 0/, whole(...FLOAT32)],
  [/^tandem (prune|pool|quantize) /, begun(...FLOAT32)],

  [
    /^tandem runs retry mine/,
    parsed('that run has not failed; test/cli/runs-retry.test.ts has some that have'),
  ],
  [/^tandem runs serve/, parsed('it serves until it is stopped; test/cli/runs-live.test.ts asks it')],
  [/^tandem runs /, whole()],
  [/^tandem completion /, whole()],
  [/^tandem init /, whole()],
]
