import type { OpenSpan } from './lifecycle.js';

/** Someone or some account of a CRM: refs are unique within their scope. */
export interface Entry {
  readonly scope: string;
  readonly ref: string;
}

/** What is known outside of the drafts, as linking asks for it. Plain look-ups: all of it was read before. */
export interface Knowledge {
  /** Deals whose own events say that they are known by the key. */
  readonly dealsBy: (key: string) => readonly string[];
  /** When a deal was open; none where it never was, or is removed or merged. */
  readonly spansOf: (dealId: string) => readonly OpenSpan[];
  /** Since when a deal's account is a customer by it; undefined where it isn't. */
  readonly customerSince: (dealId: string) => number | undefined;
  /** What moved a deal's stage and is no draft, in the order of the fold. */
  readonly movesOf: (dealId: string) => readonly Move[];
  readonly personOf: (entry: Entry) => KnownPerson | undefined;
  /** The customer's people who have the address now. */
  readonly entriesAt: (address: string) => readonly Entry[];
  /** Accounts, by their CRM's id, that have the domain now. */
  readonly accountsAt: (domain: string) => readonly { readonly scope: string; readonly id: string }[];
  /** Whether the address is on the seller's side. */
  readonly isSeller: (address: string) => boolean;
  /** Whether anyone may have an address in the domain: it says nothing of an account. */
  readonly isFreeMail: (domain: string) => boolean;
  /**
   * Whether it is known who is on the seller's side. Where it isn't, those who meet may all be ours, and having met
   * for one deal ties nobody to it.
   */
  readonly knowsSellers: boolean;
}

export interface KnownPerson {
  readonly email?: string;
  readonly name?: string;
  /** The CRM's id of the account. */
  readonly account?: string;
}

export interface Move {
  readonly time: number;
  readonly source: string;
  readonly id: string;
  readonly type: string;
}
