import type { Reader } from './reader.js'
import { asked } from './readers/asked.js'
import { hardware } from './readers/hardware.js'
import { images } from './readers/images.js'
import { networks } from './readers/networks.js'
import { runs } from './readers/runs.js'

/** Every reader of files. */
export const readers: readonly Reader[] = [...networks, ...images, ...hardware, ...asked, ...runs]
