import { describe, expect, it } from 'vitest'
import { progressSink } from '../../src/cli/progress-sink.js'

function stream(isTTY: boolean) {
  const written: string[] = []
  const write = (text: string) => {
    written.push(text)
    return true
  }
  const terminal = { isTTY, columns: 80, write, on() {}, once() {}, emit() {} }
  return { written, stream: terminal as unknown as NodeJS.WriteStream }
}

const at = (done: number) => ({
  done,
  total: 100,
  label: 'train',
  ratePerSecond: 2,
  secondsLeft: 50 - done / 2,
})

describe('progress', () => {
  it('off a terminal is a line every few seconds, and every line that is worth keeping', () => {
    const { written, stream: plain } = stream(false)
    let now = 0
    const sink = progressSink({ stream: plain, now: () => now })
    for (let done = 0; done < 100; done++) {
      now += 100
      sink.update(at(done))
      if (done === 30) sink.line('epoch 1: 42 %')
    }
    sink.end()
    expect(written).toEqual([
      'train 0/100, 2/s, 50 s left\n',
      'epoch 1: 42 %\n',
      'train 50/100, 2/s, 25 s left\n',
    ])
  })

  it('on a terminal is a bar with rate and time left, and lines stand above it', () => {
    const { written, stream: terminal } = stream(true)
    const sink = progressSink({ stream: terminal })
    sink.update(at(0))
    sink.line('epoch 1: 42 %')
    sink.update(at(50))
    sink.end()
    expect(written).toContain('\r\u001b[Kepoch 1: 42 %\n')
    expect(written.join('')).toMatch(/train .*█+.* 50\/100 {2}2\/s, 25 s left/)
  })

  it('counts images where a step sees some', () => {
    const { written, stream: plain } = stream(false)
    progressSink({ stream: plain }).update({ ...at(50), images: 128 })
    expect(written).toEqual(['train 50/100, 256 images/s, 25 s left\n'])
  })

  it('is nothing when it shall be quiet', () => {
    const { written, stream: terminal } = stream(true)
    const sink = progressSink({ stream: terminal, quiet: true })
    sink.update(at(0))
    sink.line('epoch 1')
    sink.end()
    expect(written).toEqual([])
  })
})
