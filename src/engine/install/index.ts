export { type BackendChoice, chooseBackend } from './choose-backend.js'
export { installEngine } from './install.js'
export { cacheFolder, installedAddon, TENSORFLOW } from './paths.js'
export { provideEngine } from './provide.js'
