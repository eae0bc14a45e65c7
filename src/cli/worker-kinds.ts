import type { EvaluatorKinds } from '../workers/index.js'

/** What workers can evaluate, by name; loaded when asked for. Threads and `tandem worker` import this module. */
export const kinds: EvaluatorKinds = Object.freeze({
  baseline: async () => (await import('./baseline-trainer.js')).createBaselineTrainer,
  characterize: async () => (await import('../hardware/characterize/index.js')).createCharacterizer,
  legr: async () => (await import('./legr-judge.js')).createLegrJudge,
  run: async () => (await import('./whole-run.js')).createRunner,
  supernet: async () => (await import('./supernet-judge.js')).createJudge,
})
