import { useEffect, useState } from 'preact/hooks';
import type { DescribedOperation } from './description.ts';

/** As in the style sheet: from here on the menu has a column of its own. */
const besideThePage = '(min-width: 56rem)';

/** Every operation by its tag: always open beside the page, and folded up above it on a narrow screen. */
export function Menu({ groups }: { groups: readonly (readonly [string, readonly DescribedOperation[]])[] }) {
  const [open, setOpen] = useState(() => matchMedia(besideThePage).matches);
  useEffect(() => {
    const width = matchMedia(besideThePage);
    const follow = () => setOpen(width.matches);
    width.addEventListener('change', follow);
    return () => width.removeEventListener('change', follow);
  }, []);
  return (
    <nav aria-label="Operations">
      <details class="menu" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>All operations</summary>
        {groups.map(([tag, entries]) => (
          <div key={tag}>
            <p class="nav-tag">{tag}</p>
            <ul>
              {entries.map(({ id, operation }) => (
                <li key={id}>
                  <a href={`#${id}`} onClick={() => setOpen(matchMedia(besideThePage).matches)}>
                    {operation.summary ?? id}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </details>
    </nav>
  );
}
