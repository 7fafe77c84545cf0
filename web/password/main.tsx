import '../shared/tokens.css';
import '../shared/base.css';
import './password.css';
import { render } from 'preact';
import { Page } from './page.tsx';

const place = document.getElementById('page');

/** The link in the address, taken out of the address bar and the history at once. */
function takeLink(): { token: string | undefined; address: string } {
  const link = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  return { token: link.get('token') ?? undefined, address: link.get('for') ?? '' };
}

function show(link: ReturnType<typeof takeLink>): void {
  if (place) render(<Page key={link.token} {...link} />, place);
}

show(takeLink());
addEventListener('hashchange', () => {
  // A second link that is opened in the same tab loads no page.
  const link = takeLink();
  if (link.token !== undefined) show(link);
});
