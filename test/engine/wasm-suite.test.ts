// The cases of the engine's own tests, on wasm.
import './on-wasm.js'
import { expect, it } from 'vitest'
import { tf } from '../../src/engine/index.js'
import './batch-norm.test.js'
import './dropout.test.js'
import './evaluate.test.js'
import './execute.test.js'
import './gradients.test.js'
import './kernels.test.js'
import './optimizers.test.js'
import './train-step.test.js'
import './training.test.js'
import './variable.test.js'

it('all of this ran on wasm', () => expect(tf.getBackend()).toBe('wasm'))
