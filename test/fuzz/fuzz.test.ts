import { describe, expect, it } from 'vitest'
import { caseBytes } from './cases.js'
import { type Failure, fuzz } from './fuzz.js'
import { readers } from './readers.js'

/** Of processor time, for all readers together; cases are the same every time, how many fit depends on the machine. */
const SECONDS = 15
const SEED = 1
const BROKEN = new URL('./broken-readers.js', import.meta.url).href

const told = ({ reader, seed, case: index, problem }: Failure) =>
  `${problem}\n  npm run bench fuzz -- --reader '${reader}' --seed ${seed} --case ${index} --cases 1`

describe('files that are damaged, or made to do harm,', () => {
  it('give a value or an error that names them, in bounded time and memory, and write nothing', async () => {
    const names = readers.map(({ name }) => name)
    const { tried, failures } = await fuzz({ readers: names, seed: SEED, seconds: SECONDS / names.length })
    expect(failures.map(told)).toEqual([])
    // Of each reader at least its whole files were read, and some that were not.
    for (const name of names) expect(tried.get(name)!.cases, name).toBeGreaterThan(3)
  }, 900_000)

  it('are the same for a reader, a seed and a number', async () => {
    const reader = readers.find(({ name }) => name === 'structure')!
    const seeds = await reader.seeds()
    const bytes = (seed: number) =>
      Array.from({ length: 20 }, (_, i) => caseBytes(reader, seeds, seed, 200 + i))
    expect(bytes(1)).toEqual(bytes(1))
    expect(bytes(1)).not.toEqual(bytes(2))
  })
})

describe('a reader that breaks its promise is found out:', () => {
  const only = async (name: string, patience = 30) => {
    const { failures } = await fuzz({
      readers: [name],
      module: BROKEN,
      seed: 1,
      seconds: 30,
      cases: 2,
      patience,
    })
    return failures[0]?.problem
  }
  it.each([
    ['an error of JavaScript', 'typeError', /no error of Tandem's: TypeError/],
    ['an error that does not say which file', 'unnamed', /does not name the file/],
    ['memory for what a header claims', 'memory', /MiB of memory|ended with|killed/],
    ['time', 'slow', /s of processor time/],
    ['a process that dies', 'crash', /was killed by SIGABRT|ended with/],
    ['a file beside its own', 'writes', /files came or went/],
    ['a whole file refused', 'refuses', /a whole file was refused/],
  ])(
    '%s',
    async (_, name, problem) => {
      expect(await only(name)).toMatch(problem)
    },
    300_000,
  )

  it('a hang', async () => {
    expect(await only('hang', 5)).toMatch(/hung/)
  }, 300_000)
})
