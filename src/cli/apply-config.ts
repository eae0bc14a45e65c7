import type { Command } from 'commander'
import { readYaml } from '../read-yaml.js'
import { configOptions, configSchema } from './config-schema.js'

/**
 * Takes options from a YAML file unless the command line gave them. Values go through the options' own parsers.
 * Throws ConfigError, naming file and line, for a key that is no option and for a value that it does not take.
 */
export function applyConfig(command: Command, file: string): void {
  // A file that is all comments holds null.
  const values = readYaml(file, configSchema(command).nullable()) ?? {}
  for (const option of configOptions(command)) {
    const value = values[option.name()]
    const name = option.attributeName()
    if (value === undefined || command.getOptionValueSource(name) === 'cli') continue
    command.setOptionValueWithSource(name, value, 'config')
  }
}
