/** The product's name in robots.txt, `<meta name>` and `X-Robots-Tag`. */
export const robotName = 'switchboard';

/**
 * Names the product and who runs it, so that the owner of a site finds both in the log, can write a rule for it, and
 * knows whom to ask. `contact`: an address of the web or of mail; empty where nobody has set one.
 */
export const userAgentOf = (contact: string): string =>
  `Mozilla/5.0 (compatible; Switchboard/1.0; website assistant${contact === '' ? '' : `; +${contact}`})`;
