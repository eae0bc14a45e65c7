import type { Network } from '../network.js'
import { mobilenetV2 } from './mobilenet-v2.js'

/**
 * MobileNetV2 (ImageNet) at half its MACs, with the widths that LeGR's authors found (Chin et al. 2020):
 * residual streams untouched, the stem, the 17 blocks' mid channels and the last convolution pruned.
 */
export const legrnet50 = (classes = 1000): Network =>
  mobilenetV2({
    name: 'legrnet50',
    classes,
    stem: 15,
    mid: [15, 20, 29, 144, 108, 39, 189, 109, 77, 77, 384, 116, 186, 427, 192, 951, 959],
    last: 800,
  })
