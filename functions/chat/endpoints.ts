import { askEndpoints } from './ask/endpoints.ts';
import { runsEndpoints } from './runs-api/endpoints.ts';
import { serverEndpoints } from './servers/endpoints.ts';
import { widgetEndpoints } from './widget/endpoints.ts';

/** Of every door. */
export const chatEndpoints = [...runsEndpoints, ...askEndpoints, ...widgetEndpoints, ...serverEndpoints];
