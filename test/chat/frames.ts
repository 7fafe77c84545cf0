import { createParser } from 'eventsource-parser';

export interface Frame {
  readonly id?: string;
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into events of any type
  readonly data: any;
}

export interface Frames {
  readonly frames: Frame[];
  readonly comments: string[];
  readonly text: string;
}

/**
 * Reads an event stream to its end, or until `enough` says so; then the connection is cut. The end of a widget's
 * stream, `[DONE]`, is the only data that is no JSON.
 */
export async function readFrames(
  response: Response,
  enough: (frames: readonly Frame[]) => boolean = () => false,
): Promise<Frames> {
  const frames: Frame[] = [];
  const comments: string[] = [];
  let text = '';
  const parser = createParser({
    onEvent: ({ id, event = 'message', data }) =>
      frames.push({
        ...(id === undefined ? {} : { id }),
        event,
        data: data === '[DONE]' ? data : JSON.parse(data),
      }),
    onComment: comment => comments.push(comment.trim()),
  });
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    const piecesText = decoder.decode(piece, { stream: true });
    text += piecesText;
    parser.feed(piecesText);
    if (enough(frames)) break;
  }
  return { frames, comments, text };
}

export const types = (frames: readonly Frame[]): string[] => frames.map(({ event }) => event);

/** What a client shows after these frames: the tokens since the last reset, or the final text. */
export function shown(frames: readonly Frame[]): string {
  let text = '';
  for (const { event, data } of frames) {
    if (event === 'state' && data.reset) text = '';
    if (event === 'token') text += data.text;
    if (event === 'final') text = data.text;
  }
  return text;
}

/** The tokens since the last reset. */
export function tokens(frames: readonly Frame[]): string {
  return shown(frames.filter(({ event }) => event !== 'final'));
}
