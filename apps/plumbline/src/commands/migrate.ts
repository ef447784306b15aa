import type { Command } from 'commander';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { findRunning, makeDataDirectory } from '../system/data-directory.js';
import { DATA_HELP, placeOf } from '../system/place.js';
import { UserError } from '../user-error.js';

interface MigrateOptions {
  readonly data?: string;
  readonly url?: string;
  readonly user?: string;
  readonly database?: string;
  readonly cluster?: string;
}

export function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the schema of the data directory, or of a ClickHouse server, up to date')
    .option('--data <dir>', DATA_HELP)
    .option(
      '--url <url>',
      'a ClickHouse server instead; its password is read from PLUMBLINE_CLICKHOUSE_PASSWORD',
    )
    .option('--user <name>', 'user of the server')
    .option('--database <name>', 'database on the server')
    .option('--cluster <name>', 'cluster to spread the tables over')
    .action(async (options: MigrateOptions) => {
      const warehouse = await open(options);
      try {
        const applied = await warehouse.migrate();
        const { applied: version } = await warehouse.read.schemaVersion();
        for (const name of applied) process.stdout.write(`applied ${name}\n`);
        process.stdout.write(`schema version ${version}${applied.length === 0 ? ', nothing to do' : ''}\n`);
      } finally {
        await warehouse.close();
      }
    });
}

async function open({ data, url, user, database, cluster }: MigrateOptions): Promise<Warehouse> {
  if (url !== undefined) {
    const password = process.env['PLUMBLINE_CLICKHOUSE_PASSWORD'];
    return openWarehouse({
      kind: 'server',
      url,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      ...(cluster === undefined ? {} : { cluster }),
    });
  }
  const place = placeOf(data);
  if (place.kind === 'deployed') return openWarehouse(place.config.warehouse);
  const { directory } = place;
  const running = await findRunning(directory);
  if (running !== undefined) {
    throw new UserError(
      `plumbline runs on ${directory.path} (process ${running.pid}) and brought its schema up to date at its start`,
    );
  }
  await makeDataDirectory(directory);
  return openWarehouse({ kind: 'embedded', path: directory.clickhouse });
}
