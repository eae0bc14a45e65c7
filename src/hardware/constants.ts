/**
 * Every constant of the accelerator model that comes neither from characterization nor from the SRAM tables.
 * Energies are of the 45 nm node.
 */

/**
 * pJ a byte from or to DRAM: 512 pJ per 64-bit word, 8 pJ a bit. Timeloop / Accelergy exercises, Eyeriss-like
 * design, ERT of the DRAM (MIT). Eyeriss's ratio of DRAM to global buffer, 200 : 6 (Chen et al., ISCA 2016, table
 * IV), over this model's buffer of 108 KiB gives 67.
 */
export const DRAM_PJ_PER_BYTE = 64

/**
 * pJ a byte from a network or a neighbour into a PE: a third of a byte read from a global buffer of 108 KiB (CACTI
 * 7: 16.06 pJ per 8 bytes), after Eyeriss's ratio of array to buffer, 2 : 6 (Chen et al., ISCA 2016, table IV).
 */
export const ARRAY_PJ_PER_BYTE = 16.06 / 8 / 3

/** Assumption: share of the clock period left free for skew, jitter and wires, which synthesis does not see. */
export const CLOCK_MARGIN = 0.1

/**
 * How the networks between buffer and array share its bandwidth: Eyeriss has 16, 64 and 64 bits a cycle for
 * ifmaps, filters and psums, the last in each direction (Chen et al., JSSC 2017, section V; Eyeriss v2, JETCAS 2019).
 */
export const BANDWIDTH_SHARES = Object.freeze({ ifmap: 1 / 9, filter: 4 / 9, psum: 4 / 9 })

/** Largest single bank of a global buffer, bytes; larger ones are built of equal banks. */
export const LARGEST_BANK_BYTES = 131072
