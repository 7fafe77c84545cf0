// The host page of the widget's demonstration: `/widget/demo.html?key=pk_live_...`, or the key typed in.
const form = document.getElementById('choose');
const chosen = new URLSearchParams(location.search);
for (const { name } of form.querySelectorAll('[name]')) {
  if (chosen.has(name)) form.elements[name].value = chosen.get(name);
}
form.addEventListener('submit', event => {
  // By hand: the policy of this site's pages lets no form be sent.
  event.preventDefault();
  location.search = new URLSearchParams(new FormData(form)).toString();
});

const script = new URL('/widget/v2/widget.js', location.href).href;
const key = form.elements.key.value;
const [theme, position] = [form.elements.theme.value, form.elements.position.value];
document.getElementById('snippet').textContent = [
  `<script src="${script}"`,
  `  data-api-key="${key || 'pk_live_…'}"`,
  `  data-theme="${theme}" data-position="${position}" async></script>`,
].join('\n');

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
      : `${data.type} ${Math.round(data.width)} × ${Math.round(data.height)} (${data.reason})`;
  const news = document.getElementById('news');
  news.prepend(line);
  while (news.children.length > 8) news.lastElementChild.remove();
});

if (key) {
  const tag = document.createElement('script');
  tag.src = script;
  Object.assign(tag.dataset, { apiKey: key, theme, position });
  document.head.append(tag);
}
