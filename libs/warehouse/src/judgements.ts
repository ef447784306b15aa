import type { ClickHouseClient } from '@clickhouse/client';
import type { Instant } from '#domain/time/instant.js';
import { sqlInstant, wellFormed } from './encode.js';
import { insertText } from './insert.js';
import { select } from './select.js';

/** By what all deals of a share were scored. */
export interface Judgement {
  /** A partition of the log by name. */
  readonly share: string;
  /** Digest of policy and program; '' while the deals are being scored again. */
  readonly judged_by: string;
  readonly at: Instant;
  readonly version: number;
}

export interface JudgementStore {
  /** What stands of these shares; one that was never judged as a whole is left out. */
  of(shares: readonly string[]): Promise<readonly Omit<Judgement, 'at'>[]>;
  /** Of one share, the highest version stands. */
  write(judgements: readonly Judgement[]): Promise<void>;
}

export function openJudgements(client: ClickHouseClient): JudgementStore {
  return {
    async of(shares) {
      const rows = await select<{ share: string; judged_by: string; version: string }>(
        client,
        `SELECT share, judged_by, toString(version) AS version FROM judgement_store FINAL
         WHERE share IN {shares:Array(String)} ORDER BY share`,
        { shares },
      );
      return rows.map((row) => ({ ...row, version: Number(row.version) }));
    },
    write: (judgements) =>
      insertText(
        client,
        'judgement_store (share, judged_by, at, version)',
        judgements
          .map(({ share, judged_by: by, at, version }) =>
            JSON.stringify([wellFormed(share), by, sqlInstant(at), version]),
          )
          .join(','),
      ),
  };
}
