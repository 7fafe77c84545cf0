const icon = (path: string) => () => (
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d={path} />
  </svg>
);

export const SendIcon = icon('M10 16V4.5M5 9l5-5 5 5');
export const StopIcon = icon('M5 5h10v10H5Z');
export const AttachIcon = icon(
  'm15.5 9.6-5.4 5.4a3.4 3.4 0 0 1-4.8-4.8l6-6a2.3 2.3 0 0 1 3.2 3.2l-5.9 5.9a1.1 1.1 0 0 1-1.6-1.6l5.1-5.1',
);
export const CloseIcon = icon('m5 8 5 5 5-5');
export const LargeIcon = icon('M11.5 4H16v4.5M16 4l-5 5M8.5 16H4v-4.5M4 16l5-5');
export const SmallIcon = icon('M16 8.5h-4.5V4M11.5 8.5 16 4M4 11.5h4.5V16M8.5 11.5 4 16');
export const ClearIcon = icon('M4 6h12M8 6V4h4v2M5.5 6l.8 10h7.4l.8-10M8.5 9v4.5M11.5 9v4.5');
