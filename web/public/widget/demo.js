// The host page of the widget's demonstration: `/widget/demo.html?key=pk_live_...`, or the key typed in.
const form = document.getElementById('choose');
const chosen = new URLSearchParams(location.search);
for (const { name } of form.querySelectorAll('[name]')) {
  if (chosen.has(name)) form.elements[name].value = chosen.get(name);
}
form.addEventListener('submit', event => {
  // By hand: the policy of this site's pages lets no form be sent.
  event.preventDefault();
  location.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== '')).toString();
});

const script = new URL('/widget/v2/widget.js', location.href).href;
const key = form.elements.key.value;
// What is not chosen here is as the workspace has it.
const looks = ['theme', 'position'].filter(name => form.elements[name].value !== '');
const attributes = [
  `data-api-key="${key || 'pk_live_…'}"`,
  ...looks.map(name => `data-${name}="${form.elements[name].value}"`),
];
document.getElementById('snippet').textContent = `<script src="${script}"\n  ${attributes.join('\n  ')} async></script>`;

const calls = document.querySelectorAll('[data-call]');
for (const button of calls) {
  button.disabled = key === '';
  button.addEventListener('click', () => window.ChatWidget?.[button.dataset.call]('What can you help me with?'));
}

addEventListener('message', ({ data, source }) => {
  if (source !== window || !(data?.source === 'chat-widget' || typeof data === 'string')) return;
  const line = document.createElement('li');
  line.textContent =
    typeof data === 'string'
      ? data
      : data.reason === 'refused'
        ? 'The key is refused, so there is no widget: the browser’s console says why.'
        : `${data.type} ${Math.round(data.width)} × ${Math.round(data.height)} (${data.reason})`;
  const news = document.getElementById('news');
  news.prepend(line);
  while (news.children.length > 8) news.lastElementChild.remove();
});

if (key) {
  const tag = document.createElement('script');
  tag.src = script;
  tag.dataset.apiKey = key;
  for (const name of looks) tag.dataset[name] = form.elements[name].value;
  document.head.append(tag);
}
