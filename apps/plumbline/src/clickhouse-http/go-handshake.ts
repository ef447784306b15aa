const STATEMENT = /^SELECT\s+displayName\(\),\s+version\(\),\s+revision\(\),\s+timezone\(\)$/;

/**
 * clickhouse-go asks this first. It reads the answer as the protocol was at one revision, whatever the server's, and
 * all later ones at the revision that the answer names.
 */
export function isHandshake(statement: string): boolean {
  return STATEMENT.test(statement);
}

/** Block information (not overflowed, no bucket), as the revision has it before each block. */
const BLOCK_INFORMATION = [0x01, 0x00, 0x02, 0xff, 0xff, 0xff, 0xff, 0x00];

/** What the engine writes: the first revision, without any of what came later. */
const REVISION = 0;

/** The answer: one row, in Native of the revision that clickhouse-go expects. */
export function handshakeBlock(about: {
  readonly displayName: string;
  readonly version: string;
  readonly timezone: string;
}): Uint8Array {
  const revision = Buffer.alloc(4);
  revision.writeUInt32LE(REVISION);
  return Buffer.concat([
    Buffer.from([...BLOCK_INFORMATION, 4, 1]),
    column('displayName()', 'String', text(about.displayName)),
    column('version()', 'String', text(about.version)),
    column('revision()', 'UInt32', revision),
    column('timezone()', 'String', text(about.timezone)),
  ]);
}

function column(name: string, type: string, value: Buffer): Buffer {
  // After the type: no serialisation of its own.
  return Buffer.concat([text(name), text(type), Buffer.from([0]), value]);
}

/** Length and bytes; all of these are shorter than 128, so that the length is one byte. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value).subarray(0, 127);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
