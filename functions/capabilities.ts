/**
 * The capabilities of the product, lowest first: a capability may import the public face (`index.ts`) of
 * an earlier one only, so no import can close a cycle. `test/architecture.test.ts` keeps this.
 */
export const capabilities = [
  'tenants',
  'analytics',
  'knowledge',
  'scraper',
  'assistant',
  'chat',
  'admin',
] as const;

export type Capability = (typeof capabilities)[number];
