import { stringify } from 'yaml'
import type { Accelerator } from './accelerator.js'

/** An accelerator as a file that `readAccelerator` reads back to the same knobs; `comment` goes on top. */
export function acceleratorYaml(accelerator: Accelerator, comment = ''): string {
  const lines = comment === '' ? [] : comment.split('\n').map(line => `# ${line}\n`)
  return `${lines.join('')}${stringify({ ...accelerator })}`
}
