export type { MultiplierGains } from '../cost/index.js'
