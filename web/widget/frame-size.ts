export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export interface FrameSize extends Viewport {
  readonly fullscreen: boolean;
}

/** Up to this on either side the window is a phone's, and the open widget takes the whole of it. */
const phoneSide = 480;
const usual = { width: 380, height: 520 };
/** Where the window allows it, an expanded widget is at least 600 high. */
const large = { width: 680, height: 760 };
const smallest = { width: 380, height: 80 };
/** What stays free of the page: the widget's own distance from the edges and its button. */
const margin = { width: 40, height: 100 };

/** How large the open widget is: full screen on a phone, else at least 380 x 80 and within the window. */
export function frameSize(viewport: Viewport, expanded: boolean): FrameSize {
  if (Math.min(viewport.width, viewport.height) <= phoneSide) return { ...viewport, fullscreen: true };
  const wanted = expanded ? large : usual;
  const within = (side: 'width' | 'height') =>
    Math.max(smallest[side], Math.min(wanted[side], viewport[side] - margin[side]));
  return { width: within('width'), height: within('height'), fullscreen: false };
}
