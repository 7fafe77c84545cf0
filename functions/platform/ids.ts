import { randomBytes, randomUUID } from 'node:crypto';

declare const brand: unique symbol;
/** A string (or number) that can not be mistaken for another kind of id. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type WorkspaceId = Branded<string, 'WorkspaceId'>;
/** The public name of a mode, unique in the deployment: lower-case letters, digits, `-` and `_`. */
export type ModeName = Branded<string, 'ModeName'>;
export type VisitorId = Branded<string, 'VisitorId'>;
export type UserId = Branded<number, 'UserId'>;
export type ThreadId = Branded<string, 'ThreadId'>;
export type RunId = Branded<string, 'RunId'>;
export type DocumentId = Branded<string, 'DocumentId'>;
/** The id of documents that were submitted together. It is also the version of each of them. */
export type SubmissionId = Branded<string, 'SubmissionId'>;
export type ChunkId = Branded<string, 'ChunkId'>;
export type ScrapeJobId = Branded<string, 'ScrapeJobId'>;
export type KeyId = Branded<string, 'KeyId'>;
/** A network address, hashed with a secret that is deleted within days. It can not be traced back. */
export type AddressHash = Branded<string, 'AddressHash'>;

/** Randomness as an effect. */
export interface Ids {
  uuid(): string;
  /** `bytes` random bytes as URL-safe base64, for keys and tokens. */
  secret(bytes: number): string;
}

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  secret: bytes => randomBytes(bytes).toString('base64url'),
};
