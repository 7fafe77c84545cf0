/** Nothing of its own: the admin API acts through the other capabilities. */
export const adminEnv = [] as const;
