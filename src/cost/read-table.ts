import { writeFileSync } from 'node:fs'
import { Document, visit } from 'yaml'
import { bundledFile } from '../bundled-file.js'
import { readYaml } from '../read-yaml.js'
import { type DeviceTable, deviceTableSchema, fromTable, toTable } from './device-table.js'

/**
 * Reads a device table: a YAML file, or the bare name of one that ships in `latency-models/`, e.g. `pixel1`.
 * Throws InputError when it is missing and ConfigError (`file:line`) when it is not a table.
 */
export function readTable(fileOrName: string): DeviceTable {
  return toTable(readYaml(bundledFile('latency-models', fileOrName), deviceTableSchema))
}

/** The table as a YAML file's text, one line for each price. */
export function tableYaml(table: DeviceTable): string {
  const document = new Document(fromTable(table))
  visit(document, {
    Map(_, map) {
      if (map.has('ms')) map.flow = true
    },
  })
  return document.toString({ lineWidth: 0 })
}

/** Writes the table to `file`. */
export function writeTable(file: string, table: DeviceTable): void {
  writeFileSync(file, tableYaml(table))
}
