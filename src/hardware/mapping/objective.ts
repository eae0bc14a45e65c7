/** What the best mapping of a layer has least of; EDP is energy times delay. */
export const OBJECTIVES = ['latency', 'energy', 'edp'] as const
export type Objective = (typeof OBJECTIVES)[number]
