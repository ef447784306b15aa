import { fieldOf, type JsonObject, type Reasons } from '../native/values.js';

const TYPE = '@odata.type';

/** Whether an object is a calendar's event, as one is that does not say what it is. */
export function isEventType(path: string, object: JsonObject, reasons: Reasons): boolean {
  const type = reasons.text(path + TYPE, fieldOf(object, TYPE));
  // Written #microsoft.graph.event in pages, #Microsoft.Graph.Event in notifications.
  return type === undefined || type.toLowerCase() === '#microsoft.graph.event';
}
