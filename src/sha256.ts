import { createHash } from 'node:crypto'

/** The hash of a text or of bytes, 64 hexadecimal digits. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
