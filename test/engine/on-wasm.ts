// To be imported before the engine: this process computes on wasm.
process.env['TANDEM_ENGINE'] = 'wasm'
