import type { Source } from '../../assistant/index.ts';
import type { WidgetSource } from './schema.ts';

/** A source as widgets know it. */
export const widgetSourceOf = ({ id, ...source }: Source): WidgetSource => ({ documentId: id, ...source });
