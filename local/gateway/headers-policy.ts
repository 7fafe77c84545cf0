import * as z from 'zod';
import type { Physical } from '../template/intrinsics.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';

/** Headers that the distribution adds to what an origin answers; some replace the origin's own, some do not. */
export interface HeadersPolicy {
  readonly headers: readonly { readonly name: string; readonly value: string; readonly override: boolean }[];
}

const Override = z.boolean();
const policyConfig = z.strictObject({
  Name: z.unknown(),
  Comment: z.unknown().optional(),
  CustomHeadersConfig: z
    .object({ Items: z.array(z.object({ Header: z.string(), Value: z.string(), Override })) })
    .default({ Items: [] }),
  CorsConfig: z
    .strictObject({
      AccessControlAllowCredentials: z.literal(false),
      AccessControlAllowHeaders: z.unknown(),
      AccessControlAllowMethods: z.unknown(),
      AccessControlAllowOrigins: z.object({ Items: z.tuple([z.literal('*')]) }),
      OriginOverride: Override,
    })
    .optional(),
  SecurityHeadersConfig: z
    .strictObject({
      ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string(), Override }).optional(),
      ContentTypeOptions: z.object({ Override }).optional(),
      FrameOptions: z.object({ FrameOption: z.string(), Override }).optional(),
      ReferrerPolicy: z.object({ ReferrerPolicy: z.string(), Override }).optional(),
      StrictTransportSecurity: z.unknown().optional(),
    })
    .default({}),
});

/**
 * The policy that the template calls `ref`; without one (`''`) nothing is added. Throws on a setting that it does not
 * know.
 */
export function headersPolicy(
  ref: string,
  resources: readonly PlacedResource[],
  physical: ReadonlyMap<string, Physical>,
): HeadersPolicy {
  if (ref === '') return { headers: [] };
  const found = ofType(resources, 'AWS::CloudFront::ResponseHeadersPolicy').find(
    one => physical.get(placeOf(one))?.ref === ref,
  );
  if (!found) throw new Error(`no response headers policy ${ref} in the template`);
  const { data, error } = policyConfig.safeParse(found.Properties['ResponseHeadersPolicyConfig']);
  if (!data) throw new Error(`${placeOf(found)}: ${z.prettifyError(error)}`);
  // Strict-Transport-Security is left out: the gateway speaks plain HTTP, where it must not be sent.
  const { ContentSecurityPolicy, ContentTypeOptions, FrameOptions, ReferrerPolicy } =
    data.SecurityHeadersConfig;
  const header = (name: string, value: string | undefined, from: { Override: boolean } | undefined) =>
    value === undefined || !from ? [] : [{ name, value, override: from.Override }];
  const { CorsConfig: cors } = data;
  return {
    headers: [
      ...(cors ? [{ name: 'access-control-allow-origin', value: '*', override: cors.OriginOverride }] : []),
      ...header(
        'content-security-policy',
        ContentSecurityPolicy?.ContentSecurityPolicy,
        ContentSecurityPolicy,
      ),
      ...header('x-content-type-options', 'nosniff', ContentTypeOptions),
      ...header('x-frame-options', FrameOptions?.FrameOption, FrameOptions),
      ...header('referrer-policy', ReferrerPolicy?.ReferrerPolicy, ReferrerPolicy),
      ...data.CustomHeadersConfig.Items.map(({ Header, Value, Override }) => ({
        name: Header.toLowerCase(),
        value: Value,
        override: Override,
      })),
    ],
  };
}

/** The answer's headers after the policy; names in lower case. */
export function applyPolicy(
  policy: HeadersPolicy,
  headers: Readonly<Record<string, string | string[]>>,
): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) result[name.toLowerCase()] = value;
  for (const { name, value, override } of policy.headers)
    if (override || result[name] === undefined) result[name] = value;
  return result;
}
