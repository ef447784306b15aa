import { describe, expect, it } from '@jest/globals';
import { createCommitQueue, type Write } from './commit-queue.js';

interface Transaction {
  readonly writes: string[];
  finish(): void;
  fail(): void;
}

/** A queue whose transactions finish when the test says so. */
function setUp(maxBytes = 100) {
  const transactions: Transaction[] = [];
  const events: string[] = [];
  let current: string[] = [];
  const queue = createCommitQueue((apply) => {
    current = [];
    apply();
    const writes = current;
    return new Promise<void>((resolve, reject) => {
      transactions.push({
        writes,
        finish: resolve,
        fail: () => {
          reject(new Error('no space'));
        },
      });
    });
  }, maxBytes);
  const write = (name: string, bytes = 10): Write => ({
    bytes,
    apply: () => current.push(name),
    committed: () => events.push(`${name} committed`),
    failed: () => events.push(`${name} failed`),
  });
  return { queue, transactions, events, write };
}

/** Lets all promises that can go on do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('The commit queue', () => {
  it('commits together what is submitted together', async () => {
    const { queue, transactions, write } = setUp();
    const submitted = Promise.all([queue.submit(write('a')), queue.submit(write('b'))]);
    await settle();
    expect(transactions.map(({ writes }) => writes)).toEqual([['a', 'b']]);
    transactions[0]?.finish();
    await submitted;
  });

  it('gathers what comes during a transaction for the next one', async () => {
    const { queue, transactions, write } = setUp();
    void queue.submit(write('a'));
    await settle();
    void queue.submit(write('b'));
    void queue.submit(write('c'));
    await settle();
    expect(transactions).toHaveLength(1);
    transactions[0]?.finish();
    await settle();
    expect(transactions.map(({ writes }) => writes)).toEqual([['a'], ['b', 'c']]);
  });

  it('bounds a transaction by its bytes, and gives a larger write one of its own', async () => {
    const { queue, transactions, write } = setUp(25);
    for (const name of ['a', 'b', 'c']) void queue.submit(write(name));
    void queue.submit(write('large', 1_000));
    void queue.submit(write('d'));
    for (let i = 0; i < 4; i += 1) {
      await settle();
      transactions[i]?.finish();
    }
    expect(transactions.map(({ writes }) => writes)).toEqual([['a', 'b'], ['c'], ['large'], ['d']]);
  });

  it('resolves a write once its transaction is done, and after its effect is in place', async () => {
    const { queue, transactions, events, write } = setUp();
    const submitted = queue.submit(write('a')).then(() => events.push('a resolved'));
    await settle();
    expect(events).toEqual([]);
    transactions[0]?.finish();
    await submitted;
    expect(events).toEqual(['a committed', 'a resolved']);
  });

  it('takes back what a failed transaction had assigned before it forms the next', async () => {
    const { queue, transactions, events, write } = setUp();
    const first = queue.submit(write('a'));
    await settle();
    const second = queue.submit({ ...write('b'), apply: () => events.push('b applied') });
    transactions[0]?.fail();
    await expect(first).rejects.toThrow('no space');
    await settle();
    transactions[1]?.finish();
    await second;
    expect(events).toEqual(['a failed', 'b applied', 'b committed']);
  });

  it('finishes what was waiting when it closes, and takes nothing more', async () => {
    const { queue, transactions, events, write } = setUp(10);
    void queue.submit(write('a'));
    void queue.submit(write('b'));
    const closed = queue.close().then(() => events.push('closed'));
    await expect(queue.submit(write('c'))).rejects.toThrow('The log is closed.');
    for (let i = 0; i < 2; i += 1) {
      await settle();
      transactions[i]?.finish();
    }
    await closed;
    expect(events).toEqual(['a committed', 'b committed', 'closed']);
  });
});
