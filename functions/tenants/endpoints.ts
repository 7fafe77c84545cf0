import { accountEndpoints } from './accounts/endpoints.ts';
import { keyEndpoints } from './keys/endpoints.ts';
import { memberEndpoints } from './members/endpoints.ts';
import { widgetEndpoints } from './widgets/endpoints.ts';
import { workspaceEndpoints } from './workspaces/endpoints.ts';

/** Of every door. */
export const tenantsEndpoints = {
  ...accountEndpoints,
  ...workspaceEndpoints,
  ...memberEndpoints,
  ...widgetEndpoints,
  ...keyEndpoints,
};
