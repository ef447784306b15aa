/** Where the data is: in this process, kept in a directory, or on a ClickHouse server. */
export type WarehouseConfig =
  | { readonly kind: 'embedded'; readonly path: string }
  | {
      readonly kind: 'server';
      readonly url: string;
      readonly user?: string;
      readonly password?: string;
      /** Default: `plumbline`. Created by the migrations where it is missing. */
      readonly database?: string;
      /** Name of the cluster to spread the tables over; none: one server. */
      readonly cluster?: string;
      /** PEM texts: a private authority, and a client's certificate with its key. */
      readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
    };
