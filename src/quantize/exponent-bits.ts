/** Bits of the exponent of a term. */
export const EXPONENT_BITS = 3
