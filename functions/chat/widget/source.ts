import type { Source } from '../../assistant/index.ts';
import type { WidgetSource } from './schema.ts';

/** A source in the form that widgets get. */
export const widgetSourceOf = ({ id, ...source }: Source): WidgetSource => ({ documentId: id, ...source });
