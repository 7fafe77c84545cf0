export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export interface FrameSize extends Viewport {
  readonly fullscreen: boolean;
}

/** A window with a side up to this is a phone's. The open widget fills it. */
const phoneSide = 480;
const usual = { width: 380, height: 520 };
/** An expanded widget is at least 600 high, where the window allows it. */
const large = { width: 680, height: 760 };
const smallest = { width: 380, height: 80 };
/** The part of the window that the open widget leaves free: its distance from the edges, and its button. */
const margin = { width: 40, height: 100 };

/** How large the open widget is: full screen on a phone, else at least 380 x 80 and within the window. */
export function frameSize(viewport: Viewport, expanded: boolean): FrameSize {
  if (Math.min(viewport.width, viewport.height) <= phoneSide) return { ...viewport, fullscreen: true };
  const wanted = expanded ? large : usual;
  const within = (side: 'width' | 'height') =>
    Math.max(smallest[side], Math.min(wanted[side], viewport[side] - margin[side]));
  return { width: within('width'), height: within('height'), fullscreen: false };
}
