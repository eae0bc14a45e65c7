#!/usr/bin/env node
// Remakes datasets/cifar10-sample from lossless strips of CIFAR-10:
//   node scripts/make-cifar10-sample.mjs STRIPS_DIR
// STRIPS_DIR holds train_00.png … train_49.png (1,000 images each, 32 wide, 32,000 tall), train_labels.u8,
// test_00_first1000.png and test_00_labels.u8.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const PER_CLASS = 400
const PER_STRIP = 1000
const BYTES = 32 * 32 * 3

const source = process.argv[2]
if (!source) {
  console.error('usage: make-cifar10-sample.mjs STRIPS_DIR')
  process.exit(2)
}
const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'datasets', 'cifar10-sample')

const decode = file => sharp(file).raw().toBuffer()

/** Writes images as one strip and reads it back: what ships is bit for bit what came in. */
async function encode(file, pixels) {
  const raw = { width: 32, height: pixels.length / 96, channels: 3 }
  // No `effort`: sharp takes it as a wish for a palette, which is lossy.
  await sharp(pixels, { raw }).png({ compressionLevel: 9, adaptiveFiltering: true }).toFile(file)
  if (!pixels.equals(await decode(file))) throw new Error(`${file}: does not decode to what was written`)
}

const labels = readFileSync(join(source, 'train_labels.u8'))
const taken = new Array(10).fill(0)
const chosen = []
for (let i = 0; i < labels.length; i++) if (taken[labels[i]]++ < PER_CLASS) chosen.push(i)

const pixels = Buffer.alloc(chosen.length * BYTES)
let [strip, stripNumber] = [undefined, -1]
for (const [at, index] of chosen.entries()) {
  const number = Math.floor(index / PER_STRIP)
  if (number !== stripNumber) {
    strip = await decode(join(source, `train_${String(number).padStart(2, '0')}.png`))
    stripNumber = number
  }
  const from = (index % PER_STRIP) * BYTES
  strip.copy(pixels, at * BYTES, from, from + BYTES)
}

for (let i = 0; i * PER_STRIP < chosen.length; i++) {
  const part = pixels.subarray(i * PER_STRIP * BYTES, (i + 1) * PER_STRIP * BYTES)
  await encode(join(target, `train_${String(i).padStart(2, '0')}.png`), part)
}
await encode(join(target, 'test_00.png'), await decode(join(source, 'test_00_first1000.png')))
writeFileSync(join(target, 'train_labels.u8'), Buffer.from(chosen.map(i => labels[i])))
writeFileSync(join(target, 'test_labels.u8'), readFileSync(join(source, 'test_00_labels.u8')))
console.log(`${chosen.length} training images, the last is number ${chosen.at(-1)} of CIFAR-10`)
