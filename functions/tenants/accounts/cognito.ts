import type * as cognito from '@aws-sdk/client-cognito-identity-provider';
import type { Clock } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { Account, Accounts, Tokens } from './accounts.ts';
import { verifierOf, type UserPool } from './user-pool.ts';

/**
 * Connects to the pool, with the function's own rights. The SDK is loaded with the first call that needs it.
 */
export const connectAccounts = (pool: UserPool, clock: Clock): Accounts =>
  accountsOf(pool, () => (shared ??= connect()), clock);

/** The same over a given client: tests pass one that points at their emulator. */
export function accountsOf(
  pool: UserPool,
  client: () => Promise<cognito.CognitoIdentityProviderClient>,
  clock: Clock,
): Accounts {
  const { poolId, clientId } = pool;
  const asked = async <T>(
    ask: (sdk: typeof cognito, client: cognito.CognitoIdentityProviderClient) => Promise<T>,
    answers: Readonly<Record<string, T>> = {},
  ): Promise<T> => {
    const sdk = await import('@aws-sdk/client-cognito-identity-provider');
    try {
      return await ask(sdk, await client());
    } catch (error) {
      const name = error instanceof sdk.CognitoIdentityProviderServiceException ? error.name : '';
      const answer = answers[name];
      if (Object.hasOwn(answers, name)) return answer as T;
      if (tooMany.has(name)) {
        throw new CallerError('rate_limited', 'too many tries: wait a few minutes', { cause: error });
      }
      throw error;
    }
  };
  const find = (username: string) =>
    asked<Account | undefined>(
      async ({ AdminGetUserCommand }, pool) => {
        const found = await pool.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: username }));
        return accountOf(found.UserAttributes, found);
      },
      { UserNotFoundException: undefined },
    );
  return {
    ...verifierOf(pool, clock),
    find,
    signIn: (username, password) =>
      asked<Tokens | 'refused' | 'incomplete'>(async ({ AdminInitiateAuthCommand }, pool) => {
        const { AuthenticationResult: result } = await pool.send(
          new AdminInitiateAuthCommand({
            UserPoolId: poolId,
            ClientId: clientId,
            // The client allows only this password flow, which needs rights of this function: nobody can guess
            // passwords without being counted.
            AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: username, PASSWORD: password },
          }),
        );
        return result ? tokensOf(result) : 'incomplete';
      }, signInRefusals),
    renew: refreshToken =>
      asked<Tokens | 'refused'>(async ({ InitiateAuthCommand }, pool) => {
        const { AuthenticationResult: result = {} } = await pool.send(
          new InitiateAuthCommand({
            ClientId: clientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: { REFRESH_TOKEN: refreshToken },
          }),
        );
        return tokensOf(result, refreshToken);
      }, refusals),
    async create(email) {
      const made = await asked<Account | undefined>(
        async ({ AdminCreateUserCommand }, pool) => {
          const { User: user } = await pool.send(
            new AdminCreateUserCommand({
              UserPoolId: poolId,
              Username: email,
              // We send a mail with a link instead. The pool's mail would contain a temporary password.
              MessageAction: 'SUPPRESS',
              DesiredDeliveryMediums: ['EMAIL'],
              UserAttributes: [
                { Name: 'email', Value: email },
                { Name: 'email_verified', Value: 'true' },
              ],
            }),
          );
          return accountOf(user?.Attributes, user);
        },
        { UsernameExistsException: undefined },
      );
      const account = made ?? (await find(email));
      if (!account) throw new Error('the user pool knows an address and does not know it');
      return account;
    },
    setPassword: (sub, password) =>
      asked<'set' | 'too-weak' | 'gone'>(
        async ({ AdminSetUserPasswordCommand }, pool) => {
          await pool.send(
            new AdminSetUserPasswordCommand({
              UserPoolId: poolId,
              Username: sub,
              Password: password,
              Permanent: true,
            }),
          );
          return 'set';
        },
        { InvalidPasswordException: 'too-weak', UserNotFoundException: 'gone' },
      ),
    signOut: sub =>
      asked<void>(async ({ AdminUserGlobalSignOutCommand }, pool) => {
        await pool.send(new AdminUserGlobalSignOutCommand({ UserPoolId: poolId, Username: sub }));
      }),
  };
}

/**
 * All of these are answered in the same words, so that nobody learns who has an account. `InvalidPasswordException` is
 * what the emulator sends.
 */
const refusals = {
  NotAuthorizedException: 'refused',
  UserNotFoundException: 'refused',
  InvalidPasswordException: 'refused',
  InvalidParameterException: 'refused',
} as const;

const signInRefusals = {
  ...refusals,
  UserNotConfirmedException: 'incomplete',
  PasswordResetRequiredException: 'incomplete',
} as const;

const tooMany = new Set(['TooManyRequestsException', 'LimitExceededException']);

function tokensOf(result: cognito.AuthenticationResultType, refreshToken?: string): Tokens {
  const { IdToken: idToken, AccessToken: accessToken, RefreshToken: renewed = refreshToken } = result;
  if (!idToken || !accessToken || !renewed) throw new Error('the user pool signed in without tokens');
  return { idToken, accessToken, refreshToken: renewed };
}

function accountOf(
  attributes: cognito.AttributeType[] = [],
  { Enabled: enabled = true, UserStatus: status }: Pick<cognito.UserType, 'Enabled' | 'UserStatus'> = {},
): Account | undefined {
  const value = (name: string) => attributes.find(({ Name }) => Name === name)?.Value;
  const [sub, email] = [value('sub'), value('email')];
  const hasPassword = status !== 'FORCE_CHANGE_PASSWORD';
  return sub && email ? { sub, email, enabled, hasPassword } : undefined;
}

let shared: Promise<cognito.CognitoIdentityProviderClient> | undefined;

async function connect(): Promise<cognito.CognitoIdentityProviderClient> {
  const { CognitoIdentityProviderClient } = await import('@aws-sdk/client-cognito-identity-provider');
  return new CognitoIdentityProviderClient({
    maxAttempts: 3,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true, connectionTimeout: 2_000 },
  });
}
