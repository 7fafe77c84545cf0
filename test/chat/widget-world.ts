import { ensureMode } from '../../functions/assistant/index.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { createWidgetKey, createWorkspace } from '../../functions/tenants/index.ts';
import { updateWidget } from '../../functions/tenants/widgets/store.ts';
import { startChat } from './chat-world.ts';
import { type Frame, readFrames } from './frames.ts';

/** Where the widget may stand. */
export const page = 'https://shop.example.org';

/**
 * The chat API with a widget that may stand on `page` and below example.net, and another workspace's on the same page.
 */
export async function startWidget() {
  const chat = await startChat();
  const { effects, workspace } = chat;
  await updateWidget(workspace, { allowedDomains: ['shop.example.org', '*.example.net'] }, effects);
  const { key } = await createWidgetKey(workspace, { name: 'shop' }, effects);
  const other = 'umbrella' as WorkspaceId;
  await createWorkspace({ id: other, name: 'Umbrella', defaultMode: 'other' as ModeName }, effects);
  await updateWidget(other, { allowedDomains: ['shop.example.org'] }, effects);
  await ensureMode(other, 'other', effects);
  const { key: otherKey } = await createWidgetKey(other, { name: 'shop' }, effects);
  /** As the widget on `page` does, unless the headers say otherwise. */
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    chat.bare(method, `/api/widget${path}`, body, { 'x-api-key': key, Origin: page, ...headers });
  return {
    chat,
    key,
    otherKey,
    call,
    ask: async (body: object = question()) => framesOf(await call('POST', '/chat/stream', body)),
    /** The stream again, by the path that it named. */
    resume: async (frames: readonly Frame[], lastEventId: string) =>
      framesOf(
        await chat.bare('GET', resumeOf(frames), undefined, {
          'x-api-key': key,
          Origin: page,
          'Last-Event-ID': lastEventId,
        }),
      ),
  };
}
export type WidgetWorld = Awaited<ReturnType<typeof startWidget>>;

export const question = (over: object = {}) => ({
  message: 'When are you open?',
  sessionId: crypto.randomUUID(),
  ...over,
});

export const resumeOf = (frames: readonly Frame[]): string => frames[0]?.data.resume;

/** What the chunks say together. */
export const chunks = (frames: readonly Frame[]): string =>
  frames
    .filter(({ event }) => event === 'chunk')
    .map(({ data }) => data.text)
    .join('');

/** Reads a widget's stream. */
export const framesOf = async (response: Response, enough?: (frames: readonly Frame[]) => boolean) =>
  (await readFrames(response, enough)).frames;
