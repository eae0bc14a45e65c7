import { parentPort, workerData } from 'node:worker_threads'
import { characterizePoint } from './characterize-point.js'
import { readLibrary } from './liberty/read-library.js'
import type { WorkerAnswer, WorkerStart, WorkerTask } from './worker-messages.js'

// A thread that characterizes designs one after the other.
const { library: file, settings } = workerData as WorkerStart
const library = readLibrary(file)

parentPort!.on('message', async ({ design }: WorkerTask) => {
  const answer: WorkerAnswer = await characterizePoint(design, library, settings).then(
    point => ({ point }),
    (error: Error) => ({ error: error.message }),
  )
  parentPort!.postMessage(answer)
})
