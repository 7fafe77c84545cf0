/**
 * The name of a workspace among other words. The marks (Unicode's FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE) keep a
 * name in Arabic or Hebrew from reordering the words around it. A name holds no such mark itself: `plainName` refuses it.
 */
export const isolated = (name: string): string => `\u2068${name}\u2069`;
