import '../shared/tokens.css';
import '../shared/base.css';
import './docs.css';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Description, operationsByTag } from './description.ts';
import { Menu } from './menu.tsx';
import { OperationView } from './operation.tsx';

/** Opens the operation that the address names, and goes to it. */
function openNamed(): void {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
  named?.scrollIntoView();
}

function Page({ description }: { description: Description }) {
  const groups = [...operationsByTag(description)];
  // The anchors exist only now, so the browser could not go to the one in the address.
  useEffect(() => {
    openNamed();
    addEventListener('hashchange', openNamed);
    return () => removeEventListener('hashchange', openNamed);
  }, []);
  return (
    <div class="docs">
      <Menu groups={groups} />
      <main>
        <h1>{description.info?.title ?? 'API'}</h1>
        <p class="lead">{description.info?.description}</p>
        <p class="muted">
          Version {description.info?.version ?? 'unknown'} · <a href="/openapi.json">openapi.json</a> ·{' '}
          <a href="/">Chat</a>
        </p>
        {groups.map(([tag, entries]) => (
          <section key={tag} aria-label={tag}>
            <h2>{tag}</h2>
            {entries.map(entry => (
              <OperationView key={entry.id} entry={entry} description={description} />
            ))}
          </section>
        ))}
        {groups.length === 0 && <p>The description names no operation.</p>}
      </main>
    </div>
  );
}

function Failure({ message }: { message: string }) {
  return (
    <main class="docs-failure">
      <h1>The API’s description could not be loaded</h1>
      <p role="alert">{message}</p>
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}

async function readDescription(): Promise<Description> {
  const response = await fetch('/openapi.json', { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(`/openapi.json answered with status ${response.status}`);
  return (await response.json()) as Description;
}

const place = document.getElementById('page');
if (place) {
  render(<p class="docs-failure">Loading…</p>, place);
  readDescription().then(
    description => render(<Page description={description} />, place),
    (error: unknown) =>
      render(<Failure message={error instanceof Error ? error.message : String(error)} />, place),
  );
}
