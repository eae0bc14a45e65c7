// Draws the report of a run again, as `tandem runs report` does, and says what that took.
import { openRun, redrawReport } from '../../src/runs/index.js'

const [root, name] = process.argv.slice(2) as [string, string]
await redrawReport(openRun(root, name))
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
process.stdout.write(
  JSON.stringify({
    seconds: process.uptime(),
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: maxRSS / 1024,
  }),
)
