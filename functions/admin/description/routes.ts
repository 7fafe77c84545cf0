import type { Hono } from 'hono';
import type { Effects } from '../../platform/effects.ts';
import { mount } from '../../platform/http/endpoint.ts';
import { createHttpApp, type RequestVariables } from '../../platform/http/http-app.ts';
import { describeApi } from '../../platform/http/openapi.ts';
import { apiDescription, descriptionEndpoints } from './endpoints.ts';
import { productEndpoints } from './product-endpoints.ts';

/** Describes every operation of the product to anybody. */
export function descriptionApp(effects: Effects): Hono<{ Variables: RequestVariables }> {
  const app = createHttpApp(effects);
  mount(app, descriptionEndpoints.openApi, async () =>
    apiDescription.parse(await describeApi(productEndpoints, '1')),
  );
  return app;
}
