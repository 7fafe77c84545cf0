const units = ['bytes', 'KB', 'MB', 'GB'] as const;

/** A size as people say it: `4 MB`, not `4194304 bytes`. At most one digit after the point. */
export function sizeInWords(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${Math.round(size * 10) / 10} ${units[unit]}`;
}
