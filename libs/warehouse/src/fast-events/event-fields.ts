/**
 * One event as it stands in a buffer of bytes: where each of its fields begins and ends. Written over for every
 * event, so that none costs an object.
 */
export interface EventFields {
  bytes: Buffer;
  /** From its first byte to behind its last. */
  start: number;
  end: number;
  /** Index of its type in the list of types that the block was opened with. */
  type: number;
  /** Milliseconds since the epoch. */
  time: number;
  /** JSON text of the deal's id, without its quotes: without anything escaped, it is the id itself. So are these. */
  dealStart: number;
  dealEnd: number;
  sourceStart: number;
  sourceEnd: number;
  idStart: number;
  idEnd: number;
  /** JSON text of the data; of no length: there are none. */
  dataStart: number;
  dataEnd: number;
  /**
   * Ranges of the bytes, two numbers each, that are the other attributes, a comma between them but for neighbours,
   * which are one range.
   */
  readonly extensions: Int32Array;
  extensionNumbers: number;
}
