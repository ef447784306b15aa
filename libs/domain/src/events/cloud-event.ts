/** A canonical event as it is written and exchanged: CloudEvents 1.0, structured JSON. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The deal's id; missing where the event names no deal yet. */
  readonly subject?: string;
  /** When it happened, RFC 3339. */
  readonly time: string;
  /** Of `data`; 1 where missing. */
  readonly schemaversion?: number;
  /** When it became known, RFC 3339; its `time` where missing. */
  readonly recordedtime?: string;
  readonly data?: object | null;
  /** Extension attributes. */
  readonly [attribute: string]: unknown;
}
