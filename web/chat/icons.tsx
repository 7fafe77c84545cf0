import type { VNode } from 'preact';

const icon =
  (path: VNode): (() => VNode) =>
  () => (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {path}
    </svg>
  );

export const SendIcon = icon(<path d="M10 16V4.5M5 9l5-5 5 5" />);
export const StopIcon = icon(<rect class="filled" x="4.5" y="4.5" width="11" height="11" rx="2.5" />);
export const NewIcon = icon(<path d="M10 4.5v11M4.5 10h11" />);
export const CopyIcon = icon(
  <path d="M7.5 7.5V5A1.5 1.5 0 0 1 9 3.5h6A1.5 1.5 0 0 1 16.5 5v6a1.5 1.5 0 0 1-1.5 1.5h-2.5M5 7.5h6A1.5 1.5 0 0 1 12.5 9v6a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 15V9A1.5 1.5 0 0 1 5 7.5Z" />,
);
export const CheckIcon = icon(<path d="m4.5 10.5 3.5 3.5 7.5-8" />);
export const RetryIcon = icon(<path d="M15.5 10a5.5 5.5 0 1 1-1.7-4M16 3.5v3.2h-3.2" />);
export const DownIcon = icon(<path d="M10 4v11.5M5 11l5 5 5-5" />);
export const AlertIcon = icon(<path d="M10 3.5 17.5 16h-15ZM10 8.5v3.2M10 13.8v.2" />);
export const MoreIcon = icon(<path d="m6 8 4 4 4-4" />);

/** Two jacks and the cord that connects them. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-board" width="32" height="32" rx="9" />
      <path class="mark-cord" d="M10 10v2.5C10 20 22 15 22 21" />
      <circle class="mark-jack" cx="10" cy="9.5" r="3" />
      <circle class="mark-plug" cx="22" cy="22.5" r="3" />
    </svg>
  );
}
