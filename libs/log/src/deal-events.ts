/** Marks a record of the deal-events topic whose event no longer counts; its value is `{source, id, time}`. */
export const RETRACTED_HEADER = 'plumbline-retracted';
