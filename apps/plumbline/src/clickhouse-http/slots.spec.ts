import { describe, expect, it } from '@jest/globals';
import { createSlots } from './slots.js';

const never = (): AbortSignal => new AbortController().signal;

describe('slots', () => {
  it('lets in as many as there are places, and then in the order in which they came', async () => {
    const slots = createSlots(1, 5);
    const order: string[] = [];
    const leave = await slots.enter(never());
    const first = slots.enter(never()).then((next) => (order.push('first'), next));
    const second = slots.enter(never()).then((next) => (order.push('second'), next));
    leave();
    // The place is handed over: whoever comes now stands behind those who wait.
    const third = slots.enter(never()).then((next) => (order.push('third'), next));
    (await first)();
    (await second)();
    (await third)();
    expect(order).toEqual(['first', 'second', 'third']);
    await slots.empty();
  });

  it('sends away whom it has no seat for', async () => {
    const slots = createSlots(1, 1);
    const leave = await slots.enter(never());
    const waiting = slots.enter(never());
    await expect(slots.enter(never())).rejects.toMatchObject({ code: 202, status: 503 });
    leave();
    (await waiting)();
    (await slots.enter(never()))();
  });

  it('whoever gives up waiting takes no place', async () => {
    const slots = createSlots(1, 2);
    const leave = await slots.enter(never());
    const controller = new AbortController();
    const impatient = slots.enter(controller.signal);
    const patient = slots.enter(never());
    controller.abort();
    await expect(impatient).rejects.toMatchObject({ code: 394 });
    await expect(slots.enter(controller.signal)).rejects.toMatchObject({ code: 394 });
    leave();
    const last = await patient;
    let empty = false;
    const watching = slots.empty().then(() => (empty = true));
    expect(empty).toBe(false);
    last();
    await watching;
    await slots.empty();
  });
});
