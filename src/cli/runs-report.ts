import type { Command } from 'commander'

/** `tandem runs report`: draws report.html again and prints where it is. */
export function register(runs: Command): void {
  runs
    .command('report <run>')
    .description('draw report.html again')
    .action(async (name: string) => {
      const { openRun, redrawReport } = await import('../runs/index.js')
      process.stdout.write(`${await redrawReport(openRun(undefined, name))}\n`)
    })
}
