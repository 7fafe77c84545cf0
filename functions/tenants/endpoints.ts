import { accountEndpoints } from './accounts/endpoints.ts';
import { keyEndpoints } from './keys/endpoints.ts';
import { memberEndpoints } from './members/endpoints.ts';
import { widgetSettingsEndpoints } from './widgets/endpoints.ts';
import { workspaceEndpoints } from './workspaces/endpoints.ts';

/** The operations of all doors of the tenants. */
export const tenantsEndpoints = {
  ...accountEndpoints,
  ...workspaceEndpoints,
  ...memberEndpoints,
  ...widgetSettingsEndpoints,
  ...keyEndpoints,
};
