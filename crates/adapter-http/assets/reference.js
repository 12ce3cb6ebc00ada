// What lets the reference be tried. The key stays in its field: it is in no storage, no address and no log.
'use strict';

document.documentElement.classList.add('js');

const key = document.getElementById('key');
const reveal = document.getElementById('reveal');
const PLACEHOLDER = '$SPECD_KEY';

reveal.addEventListener('click', () => {
  const shown = key.type === 'password';
  key.type = shown ? 'text' : 'password';
  reveal.textContent = shown ? 'Hide' : 'Show';
  reveal.setAttribute('aria-pressed', String(shown));
});
key.form.addEventListener('submit', (event) => event.preventDefault());

// What a form asks: method, target, headers, body.
function request(form) {
  const query = [];
  const headers = [];
  let path = form.dataset.path;
  for (const input of form.querySelectorAll('[data-in]')) {
    const value = input.type === 'checkbox' ? (input.checked ? input.value : '') : input.value.trim();
    if (input.dataset.in === 'path') {
      path = path.replace(`{${input.name}}`, encodeURIComponent(value));
    } else if (value !== '') {
      if (input.dataset.in === 'header') headers.push([input.name, value]);
      else query.push(`${encodeURIComponent(named(input))}=${encodeURIComponent(value)}`);
    }
  }
  if (form.dataset.type) headers.push(['Content-Type', form.dataset.type]);
  const body = form.elements.namedItem('body');
  const target = query.length > 0 ? `${path}?${query.join('&')}` : path;
  return { method: form.dataset.method, target, headers, body: body ? body.value : undefined };
}

// `field`, or `field[gt]`.
function named(input) {
  if (input.dataset.in !== 'filter') return input.name;
  const operator = input.parentElement.querySelector('select').value;
  return operator === '' ? input.name : `${input.name}[${operator}]`;
}

// In single quotes, as a shell takes anything.
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl(form) {
  const asked = request(form);
  const words = ['curl -i'];
  if (asked.method !== 'GET') words.push(`-X ${asked.method}`);
  words.push(quoted(location.origin + asked.target));
  if (form.dataset.access === 'key') {
    const isRevealed = form.querySelector('.reveal').checked && key.value !== '';
    // A variable stands in double quotes, so that the shell puts the key there.
    words.push(isRevealed ? `-H ${quoted(`Authorization: Bearer ${key.value}`)}` : `-H "Authorization: Bearer ${PLACEHOLDER}"`);
  }
  for (const [name, value] of asked.headers) words.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (asked.body !== undefined) words.push(`--data-raw ${quoted(asked.body)}`);
  return words.join(' \\\n  ');
}

function showCurl(form) {
  form.querySelector('.curl code').textContent = curl(form);
}

async function send(form) {
  const asked = request(form);
  const progress = form.querySelector('.progress');
  const missing = [...form.querySelectorAll('[data-in="path"]')].find((input) => input.value.trim() === '');
  if (missing) {
    progress.textContent = `Fill in ${missing.name}.`;
    missing.focus();
    return;
  }
  const button = form.querySelector('.send');
  button.disabled = true;
  progress.textContent = 'Waiting…';
  const begun = performance.now();
  try {
    const headers = new Headers(asked.headers);
    headers.set('Accept', 'application/json, application/problem+json');
    if (key.value !== '' && form.dataset.access === 'key') headers.set('Authorization', `Bearer ${key.value.trim()}`);
    const answer = await fetch(asked.target, {
      method: asked.method, headers, body: asked.body,
      credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
    });
    const text = await answer.text();
    show(form, answer, text, performance.now() - begun);
    remember(form, answer, text);
    progress.textContent = '';
  } catch (error) {
    progress.textContent = `No answer: ${error.message}`;
  } finally {
    button.disabled = false;
  }
}

function show(form, answer, text, took) {
  const outcome = form.querySelector('.outcome');
  const code = outcome.querySelector('.status-code');
  code.textContent = String(answer.status);
  code.className = `status-code s${Math.floor(answer.status / 100)}`;
  outcome.querySelector('.phrase').textContent = answer.statusText;
  outcome.querySelector('.took').textContent = `${Math.round(took)} ms`;
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
  outcome.querySelector('.headers').textContent = headers.join('\n');
  const body = outcome.querySelector('.answer');
  body.hidden = text === '';
  body.firstElementChild.replaceChildren(...coloured(text));
  outcome.hidden = false;
}

// The record that was just created is the one that is most likely asked for next.
function remember(form, answer, text) {
  if (!answer.ok) return;
  let record;
  try { record = JSON.parse(text); } catch { record = null; }
  const item = record && Array.isArray(record.items) ? record.items[0] : record;
  const place = answer.headers.get('Location');
  const id = place ? decodeURIComponent(place.slice(place.lastIndexOf('/') + 1)) : item && item.id;
  const isKnown = id !== undefined && id !== null && form.dataset.method !== 'DELETE';
  const isFresh = form.dataset.method === 'POST';
  for (const other of document.querySelectorAll('form.try')) {
    if (other.dataset.collection !== form.dataset.collection) continue;
    const input = other.querySelector('[data-in="path"]');
    if (!input || !isKnown) continue;
    if (isFresh || input.value === '') {
      input.value = String(id);
      showCurl(other);
    }
  }
}

// JSON with its lines and colours, every digit as it came; any other text as it is.
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([[\]{},])|(\s+)/gy;

function coloured(text) {
  try { JSON.parse(text); } catch { return [document.createTextNode(text)]; }
  const out = [];
  let depth = 0;
  let isEmpty = false;
  const line = () => `\n${'  '.repeat(depth)}`;
  const put = (piece, kind) => {
    if (!kind) { out.push(document.createTextNode(piece)); return; }
    const span = document.createElement('span');
    span.className = kind;
    span.textContent = piece;
    out.push(span);
  };
  for (const [piece, string, colon, number, word, sign] of text.matchAll(TOKEN)) {
    if (sign === '{' || sign === '[') {
      if (isEmpty) put(line());
      put(sign);
      depth += 1;
      isEmpty = true;
      continue;
    }
    if (sign === '}' || sign === ']') {
      depth -= 1;
      if (!isEmpty) put(line());
      put(sign);
    } else if (sign === ',') {
      put(`,${line()}`);
      continue;
    } else if (piece.trim() !== '') {
      if (isEmpty) put(line());
      if (string && colon !== undefined) { put(string, 'j-key'); put(': '); }
      else put(piece, string ? 'j-text' : number ? 'j-number' : word ? 'j-word' : undefined);
    } else {
      continue;
    }
    isEmpty = false;
  }
  return out;
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20, 32].map((end, at) => hex.slice([0, 8, 12, 16, 20][at], end)).join('-');
}

async function copy(form, button) {
  const code = form.querySelector('.curl code');
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    // Without leave to copy, the text is at least chosen.
    getSelection().selectAllChildren(code);
    button.textContent = 'Press Ctrl+C';
  }
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
}

for (const form of document.querySelectorAll('form.try')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form);
  });
  form.addEventListener('input', () => showCurl(form));
  form.querySelector('.copy').addEventListener('click', (event) => copy(form, event.currentTarget));
  const button = form.querySelector('.fresh');
  if (button) {
    button.addEventListener('click', () => {
      form.elements.namedItem('Idempotency-Key').value = fresh();
      showCurl(form);
    });
  }
  showCurl(form);
}
key.addEventListener('input', () => document.querySelectorAll('form.try').forEach(showCurl));
