/** The axis of a price: the datum's field, its title, and how vega-lite labels it. */
export interface PriceAxis {
  readonly field: string
  readonly title: string
  readonly axis?: object
}

/** A range that is that of the points, not from 0. */
const scale = { zero: false, padding: 20 }

/** Vega-lite's axes of accuracy, the datum's `accuracy` as a fraction, against a price. */
export const accuracyAgainst = ({ field, title, axis = {} }: PriceAxis, images: string) => ({
  x: { field, type: 'quantitative', title, axis, scale },
  y: {
    field: 'accuracy',
    type: 'quantitative',
    title: `accuracy on ${images} images`,
    axis: { format: '.1~%' },
    scale,
  },
})
