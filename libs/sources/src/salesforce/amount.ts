import { numberIn, type Reading, textIn } from './reading.js';

/** The currency that the record names, else the mapping's: that of an org with one currency. */
export function currencyIn(reading: Reading): { currency?: string } {
  const currency = textIn(reading, 'CurrencyIsoCode') ?? reading.mapping.currency;
  return currency === undefined ? {} : { currency };
}

/** What a deal is worth, as far as the record tells it. The mapping's currency says nothing without an amount. */
export function amountIn(reading: Reading): { amount?: number; currency?: string } {
  const amount = numberIn(reading, 'Amount');
  if (amount !== undefined) return { amount, ...currencyIn(reading) };
  const currency = textIn(reading, 'CurrencyIsoCode');
  return currency === undefined ? {} : { currency };
}
