import { describe, expect, it } from '@jest/globals';
import { createMetrics } from './metrics.js';

/** The lines of a metric, without its help. */
async function lines(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  const { text } = await metrics.exposition();
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('the metrics', () => {
  it('count records, events and dead letters by where they come from and what became of them', async () => {
    const metrics = createMetrics();
    metrics.records('hubspot', 'translated', 3);
    metrics.records('hubspot', 'translated', 2);
    metrics.records('cloudevents', 'refused', 1);
    metrics.events('hubspot', 'counted', 7);
    metrics.events('hubspot', 'repeated', 0);
    metrics.deadLetters('cloudevents', 1);
    expect(await lines(metrics, 'plumbline_records_total')).toEqual([
      'plumbline_records_total{source="hubspot",outcome="translated"} 5',
      'plumbline_records_total{source="cloudevents",outcome="refused"} 1',
    ]);
    expect(await lines(metrics, 'plumbline_events_total')).toEqual([
      'plumbline_events_total{source="hubspot",outcome="counted"} 7',
      'plumbline_events_total{source="hubspot",outcome="repeated"} 0',
    ]);
    expect(await lines(metrics, 'plumbline_dead_letters_total')).toEqual([
      'plumbline_dead_letters_total{source="cloudevents"} 1',
    ]);
  });

  it('tell the sizes of batches and the time from event to score as histograms', async () => {
    const metrics = createMetrics();
    metrics.batch(10_000);
    metrics.batch(3);
    metrics.eventToScore(0.4);
    metrics.eventToScore(-5);
    expect(await lines(metrics, 'plumbline_batch_records')).toEqual(
      expect.arrayContaining([
        'plumbline_batch_records_bucket{le="10"} 1',
        'plumbline_batch_records_bucket{le="10000"} 2',
        'plumbline_batch_records_sum 10003',
      ]),
    );
    expect(await lines(metrics, 'plumbline_event_to_score_seconds')).toEqual(
      expect.arrayContaining([
        'plumbline_event_to_score_seconds_bucket{le="0.05"} 1',
        'plumbline_event_to_score_seconds_bucket{le="0.5"} 2',
        'plumbline_event_to_score_seconds_sum 0.4',
      ]),
    );
  });

  it('ask for lag and cache at each scrape', async () => {
    const metrics = createMetrics();
    let lag = 12;
    const cache = { deals: 1, weight: 30, hits: 100, misses: 4 };
    metrics.watchLag('ingest', () => Promise.resolve(lag));
    metrics.watchDealCache(() => cache);
    expect(await lines(metrics, 'plumbline_lag_records')).toEqual([
      'plumbline_lag_records{group="ingest"} 12',
    ]);
    lag = 0;
    cache.hits = 101;
    expect(await lines(metrics, 'plumbline_lag_records')).toEqual([
      'plumbline_lag_records{group="ingest"} 0',
    ]);
    expect(await lines(metrics, 'plumbline_deal_cache')).toEqual([
      'plumbline_deal_cache_deals 1',
      'plumbline_deal_cache_weight 30',
      'plumbline_deal_cache_hits 101',
      'plumbline_deal_cache_misses 4',
    ]);
  });

  it('leave a lag out that is not known, rather than tell an old one or nothing at all', async () => {
    const metrics = createMetrics();
    let known = true;
    metrics.watchLag('scorer', () => (known ? Promise.resolve(5) : Promise.reject(new Error('no broker'))));
    metrics.watchLag('ingest', () => Promise.resolve(1));
    metrics.batch(1);
    await metrics.exposition();
    known = false;
    expect(await lines(metrics, 'plumbline_lag_records')).toEqual([
      'plumbline_lag_records{group="ingest"} 1',
    ]);
    expect(await lines(metrics, 'plumbline_batch_records_sum')).toEqual(['plumbline_batch_records_sum 1']);
  });

  it('tell about the process, and are kept apart from those of another', async () => {
    const metrics = createMetrics();
    metrics.batch(1);
    expect(await lines(metrics, 'process_resident_memory_bytes')).toHaveLength(1);
    expect(await lines(createMetrics(), 'plumbline_batch_records_sum')).toEqual([
      'plumbline_batch_records_sum 0',
    ]);
  });
});
