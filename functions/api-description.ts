import { adminEndpoints } from './admin/endpoints.ts';
import { analyticsEndpoints } from './analytics/endpoints.ts';
import { assistantEndpoints } from './assistant/endpoints.ts';
import { chatEndpoints } from './chat/endpoints.ts';
import type { Endpoint } from './platform/http/endpoint.ts';
import { scraperEndpoints } from './scraper/endpoints.ts';
import { tenantsEndpoints } from './tenants/endpoints.ts';

/** Every operation of the product, for `/openapi.json`: one description, whichever function serves what. */
export const productEndpoints: readonly Endpoint[] = [
  ...chatEndpoints,
  ...assistantEndpoints,
  ...scraperEndpoints,
  ...tenantsEndpoints,
  ...analyticsEndpoints,
  ...adminEndpoints,
];
