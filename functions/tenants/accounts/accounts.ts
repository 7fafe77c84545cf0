/** What a sign-in gives: JWTs of an hour, and what renews them for 30 days. */
export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A person of the user pool. */
export interface Account {
  /** For ever the same, whatever the person's address becomes. */
  readonly sub: string;
  readonly email: string;
  readonly enabled: boolean;
  /** Absent until the person has followed the first link. */
  readonly hasPassword: boolean;
}

/** Who an id token speaks for. */
export interface SignedIn {
  readonly sub: string;
  readonly email: string;
  /** When the password was given, epoch seconds; renewals leave it as it is. */
  readonly signedInAt: number;
}

/** The user pool. A pool that does not answer is a defect (`internal`); one that is asked too often, `rate_limited`. */
export interface Accounts {
  /**
   * `refused` for a wrong password and for an unknown person alike; `incomplete` when the pool wants more than a
   * password.
   */
  signIn(username: string, password: string): Promise<Tokens | 'refused' | 'incomplete'>;
  /**
   * `refused` when the refresh token is unknown, revoked or expired. The old one stays where the pool gives no new one.
   */
  renew(refreshToken: string): Promise<Tokens | 'refused'>;
  /** By the address, or by the `sub`. */
  find(username: string): Promise<Account | undefined>;
  /** Creates the person without a password and without a mail of the pool's own; who is there already is returned. */
  create(email: string): Promise<Account>;
  setPassword(sub: string, password: string): Promise<'set' | 'too-weak' | 'gone'>;
  /** Ends every refresh token of the person. */
  signOut(sub: string): Promise<void>;
  /**
   * Who the id token speaks for; `expired` and `forged` say why it speaks for nobody. The pool's own keys, one
   * algorithm (RS256), its issuer, this product as audience, and `token_use: id` are accepted.
   */
  verify(idToken: string): Promise<SignedIn | 'expired' | 'forged'>;
}
