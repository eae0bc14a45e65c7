import type { Command } from 'commander'
import { register as characterize } from './ppa-characterize.js'
import { register as estimate } from './ppa-estimate.js'
import { register as fit } from './ppa-fit.js'
import { register as sweep } from './ppa-sweep.js'
import { register as validate } from './ppa-validate.js'

/** `tandem ppa`: power, performance and area of accelerators. */
export function register(program: Command): void {
  const ppa = program
    .command('ppa')
    .description('power, performance and area of accelerators: estimate, sweep, validate, characterize, fit')
  for (const part of [estimate, sweep, validate, characterize, fit]) part(ppa)
}
