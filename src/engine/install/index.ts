export { installEngine } from './install.js'
export { cacheFolder, installedAddon, TENSORFLOW } from './paths.js'
