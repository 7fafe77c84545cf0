import { accountEndpoints } from './accounts/endpoints.ts';
import { keyEndpoints } from './keys/endpoints.ts';
import { memberEndpoints } from './members/endpoints.ts';
import { widgetSettingsEndpoints } from './widgets/endpoints.ts';
import { workspaceEndpoints } from './workspaces/endpoints.ts';

/** Of every door. */
export const tenantsEndpoints = {
  ...accountEndpoints,
  ...workspaceEndpoints,
  ...memberEndpoints,
  ...widgetSettingsEndpoints,
  ...keyEndpoints,
};
