import { epochSeconds, isoTime } from '../../platform/clock.ts';
import type { ModeName, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import type { DoorEffects } from '../effects.ts';
import { visitorClaims } from './schema.ts';
import { readSigningKeys } from './signing-keys.ts';

/** A browser that asks questions. It sees its own threads, in one mode of one workspace. */
export interface Visitor {
  readonly workspace: WorkspaceId;
  readonly mode: ModeName;
  readonly visitor: VisitorId;
}

export interface VisitorToken {
  readonly token: string;
  readonly visitor: VisitorId;
  /** ISO-8601. */
  readonly expiresAt: string;
}

const issuer = 'switchboard';
const audience = 'switchboard/visitor';
const type = 'visitor+jwt';
const lifeSeconds = 12 * 60 * 60;
/** In characters. Tokens of ours are far shorter. */
const longestToken = 2_000;
/** The decoder ignores spaces, padding and foreign characters in base64url. A token of ours has none of them. */
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Loaded when first needed. A caller with an API key does not need it. */
const jose = () => import('jose');
/** Clocks of two machines may differ by so much. */
const toleranceSeconds = 5;

/**
 * A signed token for a new visitor, or for the given one (a renewal). It lasts 12 hours. `unavailable` when no signing
 * key is set.
 */
export async function mintVisitorToken(
  workspace: WorkspaceId,
  { mode, visitor }: { mode: ModeName; visitor?: VisitorId | undefined },
  effects: DoorEffects,
): Promise<VisitorToken> {
  const { current } = await readSigningKeys(effects.secrets);
  const subject = visitor ?? (effects.ids.uuid() as VisitorId);
  const issuedAt = epochSeconds(effects.clock.now());
  const { SignJWT } = await jose();
  const token = await new SignJWT({ workspace, mode })
    .setProtectedHeader({ alg: 'HS256', typ: type, kid: current.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeSeconds)
    .sign(current.key);
  return { token, visitor: subject, expiresAt: isoTime((issuedAt + lifeSeconds) * 1000) };
}

/**
 * The visitor whom the token names, or why the token is not accepted: `expired` or `forged`. One algorithm, one issuer,
 * one audience, one type and a key found by its `kid` are accepted. Signatures are compared in constant time.
 */
export async function verifyVisitorToken(
  token: string,
  effects: DoorEffects,
): Promise<Visitor | 'expired' | 'forged'> {
  if (token.length > longestToken || !tokenForm.test(token)) return 'forged';
  const [keys, { errors, jwtVerify }] = await Promise.all([readSigningKeys(effects.secrets), jose()]);
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : keys.find(kid);
        if (!key) throw new errors.JWSInvalid('no such key');
        return key;
      },
      {
        algorithms: ['HS256'],
        issuer,
        audience,
        typ: type,
        requiredClaims: ['sub', 'iat', 'exp'],
        maxTokenAge: lifeSeconds,
        clockTolerance: toleranceSeconds,
        currentDate: new Date(effects.clock.now()),
      },
    );
    const claims = visitorClaims.safeParse(payload);
    if (!claims.success) return 'forged';
    return { workspace: claims.data.workspace, mode: claims.data.mode, visitor: claims.data.sub };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'expired';
    if (error instanceof errors.JOSEError) return 'forged';
    throw error;
  }
}
