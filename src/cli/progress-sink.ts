import cliProgress from 'cli-progress'
import { type ProgressSink, paceText, silent } from '../runs/index.js'

const SECONDS_BETWEEN_LINES = 5

export interface SinkOptions {
  readonly quiet?: boolean | undefined
  readonly stream?: NodeJS.WriteStream
  readonly now?: () => number
}

/** Progress on stderr: a bar on a terminal, plain lines elsewhere, nothing when quiet. */
export function progressSink(options: SinkOptions = {}): ProgressSink {
  const { quiet = false, stream = process.stderr, now = Date.now } = options
  if (quiet) return silent
  return stream.isTTY ? bar(stream) : lines(stream, now)
}

function lines(stream: NodeJS.WriteStream, now: () => number): ProgressSink {
  let last = -Infinity
  return {
    update(progress) {
      if (now() - last < SECONDS_BETWEEN_LINES * 1000) return
      last = now()
      const { done, total, label } = progress
      stream.write(`${[`${label} ${done}/${total}`, paceText(progress)].filter(Boolean).join(', ')}\n`)
    },
    line: text => void stream.write(`${text}\n`),
    end() {},
  }
}

function bar(stream: NodeJS.WriteStream): ProgressSink {
  const format = '{label} {bar} {value}/{total}  {pace}'
  const shown = new cliProgress.SingleBar(
    { stream, format, barsize: 24, hideCursor: true, fps: 8, gracefulExit: false, emptyOnZero: true },
    cliProgress.Presets.shades_classic,
  )
  let active = false
  return {
    update(progress) {
      const payload = { label: progress.label, pace: paceText(progress) }
      if (!active) shown.start(progress.total, progress.done, payload)
      active = true
      shown.setTotal(progress.total)
      shown.update(progress.done, payload)
    },
    line(text) {
      // Over the bar; its next update draws it again below.
      stream.write(`${active ? '\r\u001b[K' : ''}${text}\n`)
    },
    end() {
      if (active) shown.stop()
      active = false
    },
  }
}
