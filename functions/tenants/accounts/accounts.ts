/** The result of a sign-in: JWTs that last an hour, and a refresh token that lasts 30 days. */
export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A person of the user pool. */
export interface Account {
  /** Never changes, even when the person's address does. */
  readonly sub: string;
  readonly email: string;
  readonly enabled: boolean;
  /** Absent until the person has followed the first link. */
  readonly hasPassword: boolean;
}

/** The person whom an id token names. */
export interface SignedIn {
  readonly sub: string;
  readonly email: string;
  /** When the password was given, epoch seconds; renewals leave it as it is. */
  readonly signedInAt: number;
}

/** Verifies id tokens by the public keys of the user pool, for which a function needs no right. */
export interface IdTokenVerifier {
  /**
   * The person whom the id token names, or why the token is not accepted: `expired` or `forged`. It must be signed by
   * the pool's own keys with RS256, and name its issuer, this product as audience, and `token_use: id`. Throws
   * `unavailable` when the keys can not be fetched.
   */
  verify(idToken: string): Promise<SignedIn | 'expired' | 'forged'>;
}

/** The user pool. A pool that does not answer is a defect (`internal`); one that is asked too often, `rate_limited`. */
export interface Accounts extends IdTokenVerifier {
  /**
   * `refused` for a wrong password and for an unknown person alike; `incomplete` when the pool wants more than a
   * password.
   */
  signIn(username: string, password: string): Promise<Tokens | 'refused' | 'incomplete'>;
  /**
   * `refused` when the refresh token is unknown, revoked or expired. Where the pool returns no new refresh token, the
   * old one is returned.
   */
  renew(refreshToken: string): Promise<Tokens | 'refused'>;
  /** By the address, or by the `sub`. */
  find(username: string): Promise<Account | undefined>;
  /** Creates the person without a password; the pool sends no mail. A person who exists already is returned. */
  create(email: string): Promise<Account>;
  setPassword(sub: string, password: string): Promise<'set' | 'too-weak' | 'gone'>;
  /** Ends every refresh token of the person. */
  signOut(sub: string): Promise<void>;
}
