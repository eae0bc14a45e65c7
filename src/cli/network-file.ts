/** Name of the ONNX file of one of several networks, by what was asked of it: `macs<=50%` gives `network-macs-50pct.onnx`. */
export const networkFile = (asked: string): string =>
  `network-${asked
    .replace('<=', '-')
    .replace('%', 'pct')
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')}.onnx`
