import protobuf from 'protobufjs/light.js'

/**
 * What a model may hold of things that take far more memory decoded than they take bytes. The largest of
 * convolutional networks have thousands of nodes.
 */
const MOST_ITEMS = 2 ** 18
const MOST_INTEGERS = 2 ** 22

const LENGTH_DELIMITED = 2

/**
 * Walks the bytes of a message without decoding it and throws a RangeError if it holds too many messages, texts or
 * packed integers, or goes beyond its end.
 */
export function checkBounds(bytes: Uint8Array, type: protobuf.Type): void {
  const reader = protobuf.Reader.create(bytes)
  let [items, integers] = [0, 0]
  const count = (moreItems: number, moreIntegers: number) => {
    items += moreItems
    integers += moreIntegers
    if (items > MOST_ITEMS) throw new RangeError(`more than ${MOST_ITEMS} nodes, attributes and names`)
    if (integers > MOST_INTEGERS) throw new RangeError(`more than ${MOST_INTEGERS} integers`)
  }
  const walk = (type: protobuf.Type, end: number): void => {
    while (reader.pos < end) {
      const tag = reader.uint32()
      const field = type.fieldsById[tag >>> 3]
      if ((tag & 7) !== LENGTH_DELIMITED) {
        reader.skipType(tag & 7)
        if (field?.repeated) count(0, 1)
        continue
      }
      const length = reader.uint32()
      const stop = reader.pos + length
      if (stop > end) throw new RangeError(`a field of ${length} bytes where ${end - reader.pos} are left`)
      if (field && VARINTS.has(field.type)) count(0, countVarints(bytes, reader.pos, stop))
      else count(1, 0)
      if (field?.resolvedType instanceof protobuf.Type) walk(field.resolvedType, stop)
      reader.pos = stop
    }
  }
  walk(type, bytes.length)
}

const VARINTS: ReadonlySet<string> = new Set(['int32', 'int64', 'uint64'])

/** Each ends with a byte below 128. */
function countVarints(bytes: Uint8Array, from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; at++) if (bytes[at]! < 0x80) count++
  return count
}
