import * as z from 'zod';
import type { ResolveIntrinsics } from '../template/intrinsics.ts';
import { ofType, type PlacedResource } from '../template/template.ts';
import type { Grant } from './grants.ts';

const texts = z.union([z.string().transform(text => [text]), z.array(z.string())]);
const reference = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });
const condition = z.strictObject({
  'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': texts }),
});
const policy = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Effect: z.literal('Allow'),
        Action: texts,
        Resource: z.unknown(),
        Condition: z.unknown().optional(),
      }),
    ),
  }),
});
const attached = z.object({ Roles: z.array(z.object({ Ref: z.string() })) });

/** The emulated services. Statements about other services may name resources that do not exist on a laptop. */
const emulated = /^(?:cognito-idp|dynamodb|lambda|s3|scheduler|ses|sqs):/;

/** What a function may do by the policies of its role in the template. Throws on a statement that it can not read. */
export function grantsOf(
  fn: PlacedResource,
  resources: readonly PlacedResource[],
  resolve: ResolveIntrinsics,
): Grant[] {
  const role = reference.safeParse(fn.Properties['Role']).data?.['Fn::GetAtt'][0];
  return ofType(resources, 'AWS::IAM::Policy').flatMap(({ stack, id, Properties }) => {
    const mine = stack === fn.stack && attached.parse(Properties).Roles.some(({ Ref }) => Ref === role);
    const statements = mine ? policy.parse(Properties).PolicyDocument.Statement : [];
    return statements
      .filter(({ Action }) => Action.some(action => emulated.test(action)))
      .map(({ Action, Resource, Condition }) => ({
        actions: Action,
        resources: texts.parse(resolve(Resource, { stack, property: id })),
        partitions: condition.optional().parse(Condition)?.['ForAllValues:StringLike'][
          'dynamodb:LeadingKeys'
        ],
      }));
  });
}
