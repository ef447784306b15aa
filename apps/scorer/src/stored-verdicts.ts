import type { Warehouse } from '#warehouse/warehouse.js';

/**
 * What people see of these deals, as it is stored: two texts of a deal are equal where its status, and its findings with
 * their severities, are.
 */
export async function storedVerdicts(
  { read }: Pick<Warehouse, 'read'>,
  dealIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (dealIds.length === 0) return new Map();
  const rows = await read.select(
    `SELECT deal_id, status, finding_kinds, finding_severities FROM deal_health_now
     WHERE deal_id IN {deal_ids:Array(String)}`,
    { deal_ids: dealIds },
  );
  return new Map(rows.map(({ deal_id: id, ...verdict }) => [String(id), JSON.stringify(verdict)]));
}
