/** `design-01`: by its place on the front. */
export const memberName = (index: number): string => `design-${String(index + 1).padStart(2, '0')}`
