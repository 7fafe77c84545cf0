import { endpoints } from '../../platform/http/endpoint.ts';
import { routes } from '../../route-registry.ts';

export const descriptionEndpoints = endpoints(routes.admin.description, {
  openApi: {
    tag: 'Health',
    summary: 'This description',
    auth: 'none',
    reply: { contentType: 'application/json', description: 'an OpenAPI 3.1 document' },
    errors: [],
  },
});
