/**
 * Stands for `@lancedb/lancedb` in the bundles. The package is CommonJS, and a dynamic import of such a one out of a file of its own
 * has no names but `default`; here they are spelled out. `test/lib/bundle.test.ts` writes and searches an index through it.
 */
export { connect, Index, MatchQuery, Session } from '../../node_modules/@lancedb/lancedb/dist/index.js';
