/** The URL, where the text is one. Not `URL.parse`: the widget runs in browsers that do not have it yet. */
export const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
