import { readFileSync } from 'node:fs';
import type { AlertSettings } from '#domain/alerts/types.js';
import { loadAlertSettings } from '#scorer/alerts/endpoints-file.js';
import { codeOf, describe } from './lines.js';
import { UserError } from './user-error.js';

/**
 * The endpoints of an alerts file, with their secrets; those of no file are none.
 * @param timezone of schedules that name none
 * @throws UserError that lists every fault of the file
 */
export function readAlertsFile(file: string | undefined, timezone: string): AlertSettings {
  try {
    return loadAlertSettings(file, {
      env: process.env,
      readFile: (path) => readFileSync(path, 'utf8'),
      timezone,
    });
  } catch (error) {
    throw new UserError(
      codeOf(error) === '' ? describe(error) : `can't read ${file ?? ''}: ${describe(error)}`,
    );
  }
}
