// The host page of the widget's demonstration: `/widget/demo.html?key=pk_live_...`, or the key typed in.
const key = new URLSearchParams(location.search).get('key') ?? '';
const script = new URL('/widget/v2/widget.js', location.href).href;

document.getElementById('key').value = key;
document.getElementById('snippet').textContent =
  `<script src="${script}" data-api-key="${key || 'pk_live_…'}" async></script>`;

for (const button of document.querySelectorAll('[data-call]')) {
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
  tag.dataset.apiKey = key;
  document.head.append(tag);
}
