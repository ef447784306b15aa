/** HubSpot's ids of object types. */
export const OBJECT_TYPES: ReadonlyMap<string, string> = new Map([
  ['0-1', 'contact'],
  ['0-2', 'company'],
  ['0-3', 'deal'],
  ['0-27', 'task'],
  ['0-47', 'meeting'],
]);
