let named = 0;
/** A form with a file of its own in the default mode of `acme`. */
function form(fields: Readonly<Record<string, string>>): FormData {
  const sent = new FormData();
  for (const [name, value] of Object.entries(fields)) sent.set(name, value);
  sent.set('file', new File([`text ${++named}`], `${named}.txt`, { type: 'text/plain' }));
  return sent;
}
/** What an operation is asked with, where an empty object will not do. */
export const bodies: Record<string, (things: Record<string, string>) => object> = {
  createKey: () => ({ name: 'n', scope: 'chat' }),
  createWidgetKey: () => ({ name: 'n' }),
  createMode: () => ({ name: `created-${++named}` }),
  createWorkspace: () => ({ id: `created-${++named}`, name: 'n' }),
  inviteMember: () => ({ email: `invited-${++named}@example.org`, role: 'viewer' }),
  changeRole: () => ({ role: 'admin' }),
  requestScrape: () => ({ url: 'https://www.example.org/' }),
  blockPage: () => ({ url: 'https://www.example.org/blocked' }),
  blockPages: things => ({ content_ids: [things['content_id']] }),
  addFile: things => ({ file_id: things['file_id'] }),
  addFiles: things => ({ file_ids: [things['file_id']] }),
  dismissFiles: things => ({ file_ids: [things['file_id']] }),
  blockFile: things => ({ file_id: things['file_id'] }),
  blockFiles: things => ({ file_ids: [things['file_id']] }),
  addDocument: () => form({ mode: 'acme-mode' }),
  uploadDocument: () => form({}),
  announceUpload: () => ({ mode: 'acme-mode', filename: 'large.pdf' }),
  unblockPage: () => ({ normalized_url: 'example.org/blocked' }),
  unblockPages: () => ({ normalized_urls: ['example.org/blocked'] }),
};

const nameOf = (path: string, parameter: string) => {
  if (path.includes('/widget/keys/') && parameter === 'key_id') return 'widget_key_id';
  return path.includes('/scrape/job/') && parameter === 'id' ? 'job_id' : parameter;
};
/** The path with ids of things that are there: without that, nothing would be refused for whose they are. */
export const pathOf = (path: string, things: Record<string, string>) =>
  path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    const id = things[nameOf(path, parameter)];
    if (id === undefined) throw new Error(`${path}: there is no ${parameter} to ask for`);
    return id;
  });
