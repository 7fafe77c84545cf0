import type { CognitoService } from 'cognito-local/lib/services/index.js';
import { Targets } from 'cognito-local/lib/targets/targets.js';

type Target = (typeof Targets)['AdminSetUserPassword'];
type Services = Parameters<Target>[0];
type Context = Parameters<ReturnType<Target>>[0];

interface SignOut {
  readonly UserPoolId: string;
  readonly Username: string;
}

/**
 * Teaches the emulator `AdminUserGlobalSignOut`, which it lacks: it forgets the person's refresh tokens, as Cognito
 * does. Cognito ends the access tokens as well, for its own operations; those of the emulator live until they expire,
 * and nothing here accepts them.
 */
export function teachSignOut(): void {
  const signOut =
    ({ cognito }: Pick<Services, 'cognito'>) =>
    (context: Context, request: SignOut) =>
      forgetRefreshTokens(cognito, context, request);
  Object.assign(Targets, { AdminUserGlobalSignOut: signOut });
}

async function forgetRefreshTokens(
  cognito: CognitoService,
  context: Context,
  { UserPoolId, Username }: SignOut,
): Promise<object> {
  const pool = await cognito.getUserPool(context, UserPoolId);
  const user = await pool.getUserByUsername(context, Username);
  if (!user) {
    const { UserNotFoundError } = await import('cognito-local/lib/errors.js');
    throw new UserNotFoundError('User does not exist');
  }
  await pool.saveUser(context, { ...user, RefreshTokens: [] });
  return {};
}
