import type { Command } from 'commander'
import { register as compare } from './runs-compare.js'
import { register as list } from './runs-list.js'
import { register as remove } from './runs-remove.js'
import { register as report } from './runs-report.js'
import { register as resume } from './runs-resume.js'
import { register as retry } from './runs-retry.js'
import { register as serve } from './runs-serve.js'
import { register as show } from './runs-show.js'

/** `tandem runs`: run folders under `runs`, or under TANDEM_RUNS. */
export function register(program: Command): void {
  const runs = program
    .command('runs')
    .description('list, show, compare, watch, resume, retry, report and remove runs')
  for (const part of [list, show, compare, serve, resume, retry, report, remove]) part(runs)
}
