/** As in package.json. Another version may judge otherwise: what an earlier one scored is scored again. */
export const VERSION = '0.1.0';
