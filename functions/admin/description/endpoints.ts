import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { routes } from '../../route-registry.ts';

/** Loose: it is what a library makes. */
export const apiDescription = z
  .looseObject({
    openapi: z.string(),
    info: z.looseObject({ title: z.string(), version: z.string() }),
    paths: z.record(z.string(), z.looseObject({})),
  })
  .describe('an OpenAPI 3.1 document');

export const descriptionEndpoints = endpoints(routes.admin.description, {
  openApi: {
    tag: 'Health',
    summary: 'This description',
    auth: 'none',
    reply: apiDescription,
    errors: [],
  },
});
