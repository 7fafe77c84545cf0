import { usageEndpoints } from '../../analytics/endpoints.ts';
import { modeEndpoints } from '../../assistant/endpoints.ts';
import type { Capability } from '../../capabilities.ts';
import { chatEndpoints } from '../../chat/endpoints.ts';
import type { Endpoint } from '../../platform/http/endpoint.ts';
import { citedFileEndpoints, documentEndpoints } from '../../knowledge/files/endpoints.ts';
import { learningEndpoints } from '../../scraper/endpoints.ts';
import { targetEndpoints } from '../../scraper/target/endpoints.ts';
import { tenantsEndpoints } from '../../tenants/endpoints.ts';
import { overviewEndpoints } from '../overview/endpoints.ts';
import { descriptionEndpoints } from './endpoints.ts';

/** Every operation of every capability, whichever function serves it. */
const described: Readonly<Record<Capability, Readonly<Record<string, Endpoint>>>> = {
  chat: chatEndpoints,
  assistant: modeEndpoints,
  scraper: { ...learningEndpoints, ...targetEndpoints },
  knowledge: { ...documentEndpoints, ...citedFileEndpoints },
  tenants: tenantsEndpoints,
  analytics: usageEndpoints,
  admin: { ...overviewEndpoints, ...descriptionEndpoints },
};

export const productEndpoints: readonly Endpoint[] = Object.values(described).flatMap(
  Object.values<Endpoint>,
);
