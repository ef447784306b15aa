/** Marks a record of the deal-events topic whose event no longer counts; its value is `{source, id, time}`. */
export const RETRACTED_HEADER = 'plumbline-retracted';

/** Marks a record of the deal-events topic that says no more than that events of the deal have changed in the store. */
export const RELOAD_HEADER = 'plumbline-reload';
