import { formEndpoints } from './ask/endpoints.ts';
import { runEndpoints } from './runs-api/endpoints.ts';
import { serverEndpoints } from './servers/endpoints.ts';
import { widgetEndpoints } from './widget/endpoints.ts';

/** The operations of all doors of the chat. */
export const chatEndpoints = { ...runEndpoints, ...formEndpoints, ...widgetEndpoints, ...serverEndpoints };
