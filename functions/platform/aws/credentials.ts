export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

let operators: Promise<() => Promise<Credentials>> | undefined;

/**
 * Those that Lambda gives to a function by its environment; else what the operator's command line has: a profile, a
 * single sign-on. Asked for with each request, since they expire.
 */
export async function environmentCredentials(): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE } = process.env;
  // A profile goes before keys, as in the SDK's clients: all of a command's calls are to reach the same account.
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && AWS_PROFILE === undefined) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    };
  }
  operators ??= import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) => defaultProvider());
  return (await operators)();
}
