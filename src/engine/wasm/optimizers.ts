import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { notice } from './notice.js'
import type { Attributes, WasmOperation, WasmOperations } from './operation.js'
import { assign, currentValue } from './variables.js'

/** New values of the variable and its slots, from their values and the other operands. */
type Rule = (values: readonly Tensor[], operands: readonly Tensor[], attributes: Attributes) => Tensor[]

/** An operation that updates the variables of its first `count` inputs. */
const updating =
  (count: number, rule: Rule): WasmOperation =>
  (attributes, inputs) => {
    notice()
    const handles = inputs.slice(0, count)
    const updated = rule(handles.map(currentValue), inputs.slice(count), attributes)
    for (const [i, handle] of handles.entries()) assign(handle, updated[i]!)
    return []
  }

/** value + rate·(target − value) */
const towards = (value: Tensor, target: Tensor, rate: Tensor): Tensor =>
  tf.add(value, tf.mul(tf.sub(target, value), rate))

/** One update of one variable; formulas as in `engine/optimizers`. */
export const optimizers: WasmOperations = {
  ResourceApplyMomentum: updating(2, ([w, a], [rate, gradient, momentum], { use_nesterov: nesterov }) => {
    const sum = tf.add(tf.mul(a!, momentum!), gradient!)
    const direction = nesterov ? tf.add(gradient!, tf.mul(sum, momentum!)) : sum
    return [tf.sub(w!, tf.mul(direction, rate!)), sum]
  }),

  ResourceApplyAdam: updating(3, ([w, m, v], [power1, power2, rate, beta1, beta2, epsilon, gradient]) => {
    const first = towards(m!, gradient!, tf.sub(1, beta1!))
    const second = towards(v!, tf.square(gradient!), tf.sub(1, beta2!))
    const scale = tf.mul(rate!, tf.div(tf.sqrt(tf.sub(1, power2!)), tf.sub(1, power1!)))
    const step = tf.div(tf.mul(first, scale), tf.add(tf.sqrt(second), epsilon!))
    return [tf.sub(w!, step), first, second]
  }),

  ResourceApplyRMSProp: updating(3, ([w, s, m], [rate, decay, momentum, epsilon, gradient]) => {
    const square = towards(s!, tf.square(gradient!), tf.sub(1, decay!))
    const step = tf.mul(tf.mul(gradient!, rate!), tf.rsqrt(tf.add(square, epsilon!)))
    const moment = tf.add(tf.mul(m!, momentum!), step)
    return [tf.sub(w!, moment), square, moment]
  }),
}
