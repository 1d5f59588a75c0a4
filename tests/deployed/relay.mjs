// A relay that behaves as the deployed ones do, on the library ws as it comes. check.mjs runs the suite against it, so that
// section 14.2 of the specification and docs/targets.md name what was measured. It is not for use.
// A comment names the source of each behaviour that differs from the specification:
//   observed  seen at deployed relays and agents, or read in what their authors publish
//   readme    the two READMEs of section 14.1
//   reported  the first edition of section 14.2; nobody has observed it
// Where all three are silent, it does what the specification says; a comment then names the requirement.
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { WebSocket, WebSocketServer } from 'ws';

const settings = {
  address: '127.0.0.1:8080', adminKey: 'none', storeDirectory: '', clockOffsetSeconds: 0, tlsCertificateFile: '', tlsKeyFile: '',
  maxMessageBytes: 5_242_880, ratePhonePerMinute: 30, rateAgentPerMinute: 120, // readme
  dailyQuotaBytes: 524_288_000, monthlyQuotaBytes: 10_737_418_240, // readme
  authTimeoutMs: 10_000, pingIntervalMs: 30_000, idleTimeoutMs: 60_000, drainTimeoutMs: 10_000, maxUnauthenticated: 1000, // section 9.4
};

// The two options of people, and key=value as docs/targets.md describes for startCommand. Unknown keys are ignored.
for (let args = process.argv.slice(2); args.length > 0;) {
  const word = args.shift();
  if (word === '--port') settings.address = `127.0.0.1:${args.shift()}`;
  else if (word === '--admin-key') settings.adminKey = args.shift();
  else {
    const [key, value] = word.split(/=(.*)/s);
    if (key in settings) settings[key] = typeof settings[key] === 'number' ? Number(value) : value;
  }
}

// observed: everything else is dropped, so `group`, `system` and `file` and what is unknown in the other namespaces are not here
const forwarded = new Set(['key_exchange', 'chat.send', 'chat.stream', 'chat.done', 'chat.error', 'chat.tool_status', 'chat.history',
  'chat.history.result', 'agent.list', 'agent.create', 'agent.update', 'agent.delete', 'agent.list.result', 'agent.result',
  'memory.search', 'memory.search.result',
  'status']); // reported: the status of a client is forwarded
const agentsOnly = /^chat\.(stream|done|tool_status)$|\.result$/; // PAIR-58
const other = { phone: 'agent', agent: 'phone' };
const room = 8 * 1024 * 1024; // what may wait for one connection, PAIR-66
const bytesAsText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const now = () => new Date(Date.now() + settings.clockOffsetSeconds * 1000);
const connections = new Set();
const failures = new Map(); // address -> times of failed auth, PAIR-40

// Tokens survive a restart (PAIR-07); reported: usage does not.
const store = settings.storeDirectory && `${settings.storeDirectory}/tokens`;
const newSession = () => ({ phone: null, agent: null, day: '', dayBytes: 0, month: '', monthBytes: 0 });
const sessions = new Map((store && existsSync(store) ? readFileSync(store, 'utf8').split('\n').filter(Boolean) : []).map(token => [token, newSession()]));
const save = () => store && writeFileSync(store, [...sessions.keys()].join('\n'));

function usage(session) {
  const today = now(); // reported: days and months are those of the machine's time zone
  const month = `${today.getFullYear()}-${today.getMonth()}`, day = `${month}-${today.getDate()}`;
  if (session.day !== day) Object.assign(session, { day, dayBytes: 0 });
  if (session.month !== month) Object.assign(session, { month, monthBytes: 0 });
  return session;
}

/** Milliseconds until midnight, `days` or `months` from the beginning of this day or month. */
function until(months, days) {
  const today = now();
  return new Date(today.getFullYear(), today.getMonth() + months, months ? 1 : today.getDate() + days) - today;
}

function say(connection, type, payload, done) {
  connection.ws.send(JSON.stringify({ v: 1, type, id: randomUUID(), ts: now().getTime(), payload }), done);
}

// reported: errors carry no `ref`
const answer = (connection, code, message, more) => say(connection, 'chat.error', { code, message, ...more });

const refuseForQuota = (connection, which, retry) =>
  answer(connection, `${which}_QUOTA_EXCEEDED`, `${which.toLowerCase()} quota used up`, { retry_after_ms: retry });

/** reported: after an error that ends a connection it is cut, without a close frame */
function turnAway(connection, type, code, message) {
  connection.over = true;
  say(connection, type, { code, message }, () => connection.ws.terminate());
}

/** The envelope, and what is sent on in its place; null where it is malformed. */
function read(bytes) {
  try {
    const envelope = JSON.parse(bytesAsText.decode(bytes)); // reported: parsed and written again; of two equal members the last one counts
    const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject(envelope) || typeof envelope.type !== 'string' || envelope.v !== 1) return null; // ENV-06 to ENV-10
    const mayLack = envelope.type === 'ping' || envelope.type === 'pong'; // KEEP-09, ENV-28
    if (!isObject(envelope.payload) && (!mayLack || Object.hasOwn(envelope, 'payload'))) return null;
    return { type: envelope.type, payload: envelope.payload, text: JSON.stringify(envelope) };
  } catch {
    return null; // no JSON, no UTF-8, or too deep to be written again (ENV-30)
  }
}

function authenticate(connection, envelope) {
  const { token, role } = envelope.payload;
  const session = sessions.get(token);
  if (!session || (role !== 'phone' && role !== 'agent')) {
    const recent = (failures.get(connection.address) ?? []).filter(time => time > performance.now() - 60_000);
    failures.set(connection.address, [...recent, performance.now()]);
    connection.over = true; // the delay after 20 failures: PAIR-40, PAIR-70
    setTimeout(turnAway, recent.length >= 20 ? 1000 : 0, connection, 'auth.fail', 'UNAUTHORIZED', 'token or role not accepted');
    return;
  }

  clearTimeout(connection.patience);
  const former = session[role], peer = session[other[role]];
  Object.assign(connection, { session, token, role, bucket: { permits: rate(role), at: performance.now() } }); // readme: a bucket for each connection
  session[role] = connection; // observed: the newest wins
  const { dayBytes } = usage(session);
  say(connection, 'auth.ok', { paired: peer !== null, daily_quota_bytes: settings.dailyQuotaBytes, daily_used_bytes: dayBytes }); // PAIR-25, PAIR-26
  if (peer) say(peer, 'status', { peer: 'online' }); // observed: on every auth, replacement included
  if (!former) return;
  former.ws.close(1008, 'replaced'); // reported: not 4409
  leave(former);
}

function leave(connection) {
  const { session, role } = connection;
  connections.delete(connection);
  clearTimeout(connection.patience);
  clearInterval(connection.pings);
  if (!session || connection.left) return;
  connection.left = true;
  if (session[role] === connection) session[role] = null;
  const peer = session[other[role]];
  peer?.ws.resume();
  if (peer && sessions.has(connection.token)) say(peer, 'status', { peer: 'offline' }); // reported: also at the end of a replaced connection
}

const rate = role => role === 'phone' ? settings.ratePhonePerMinute : settings.rateAgentPerMinute;

/** Takes one permit; how long to wait where there is none. */
function wait({ bucket, role }) {
  const time = performance.now(), perMs = rate(role) / 60_000;
  bucket.permits = Math.min(rate(role), bucket.permits + (time - bucket.at) * perMs);
  bucket.at = time;
  if (bucket.permits < 1) return Math.ceil((1 - bucket.permits) / perMs) + 1;
  bucket.permits--;
  return 0;
}

function take(connection, bytes) {
  if (connection.over || connection.ws.readyState !== WebSocket.OPEN) return; // TRN-34, PAIR-52
  const { session, role } = connection;
  const limit = settings.maxMessageBytes;
  if (session && bytes.length > limit) return answer(connection, 'MESSAGE_TOO_LARGE', `more than ${limit} bytes`); // TRN-23, TRN-24
  const envelope = session || bytes.length <= 4096 ? read(bytes) : null; // PAIR-37
  if (!session) {
    if (!envelope) turnAway(connection, 'auth.fail', 'INVALID_MESSAGE', 'the first message must be auth');
    else if (envelope.type !== 'auth') turnAway(connection, 'auth.fail', 'UNAUTHORIZED', 'the first message must be auth');
    else authenticate(connection, envelope);
    return;
  }

  if (envelope?.type === 'pong') return;
  if (envelope?.type === 'ping') return say(connection, 'pong', null); // reported
  if (!envelope || envelope.type.split('.')[0] === 'auth') return answer(connection, 'INVALID_MESSAGE', 'not an envelope of a client');
  if (!forwarded.has(envelope.type)) return; // observed: no answer
  if (role === 'phone' && agentsOnly.test(envelope.type)) return answer(connection, 'INVALID_MESSAGE', 'not for a phone');
  const retry = wait(connection);
  if (retry) return answer(connection, 'RATE_LIMITED', `more than ${rate(role)} messages a minute`, { retry_after_ms: retry });
  const used = usage(session), size = bytes.length;
  if (used.dayBytes >= settings.dailyQuotaBytes) return refuseForQuota(connection, 'DAILY', until(0, 1));
  if (used.monthBytes >= settings.monthlyQuotaBytes) return refuseForQuota(connection, 'MONTHLY', until(1, 0));
  const peer = session[other[role]];
  if (!peer) return answer(connection, 'PEER_OFFLINE', 'the other side is not connected');
  used.dayBytes += size;
  used.monthBytes += size;
  peer.ws.send(envelope.text, () => peer.ws.bufferedAmount < room && session[role]?.ws.resume());
  if (peer.ws.bufferedAmount >= room) connection.ws.pause(); // PAIR-65
}

function serve(ws, socket) {
  const connection = { ws, address: socket.remoteAddress, heard: performance.now() };
  connections.add(connection);
  connection.patience = setTimeout(() => ws.close(1008), settings.authTimeoutMs); // PAIR-34, PAIR-76
  connection.pings = setInterval(() => ws.ping(), settings.pingIntervalMs); // KEEP-02
  socket.on('data', () => { connection.heard = performance.now(); }); // KEEP-05
  ws.on('message', bytes => take(connection, bytes)); // a binary message as well, TRN-09
  ws.on('error', () => leave(connection)); // PAIR-43: the library has sent a close frame and waits
  ws.on('close', () => leave(connection));
}

setInterval(() => {
  for (const connection of connections) {
    if (connection.ws.isPaused) connection.heard = performance.now(); // KEEP-07
    if (connection.session && performance.now() - connection.heard > settings.idleTimeoutMs) connection.ws.terminate(); // KEEP-03
  }
}, 100);

const hash = text => createHash('sha256').update(text).digest();
const hasKey = request => settings.adminKey !== 'none' && settings.adminKey !== '' // PAIR-06
  && timingSafeEqual(hash(request.headers['x-admin-key'] ?? ''), hash(settings.adminKey));

function makeToken() {
  const token = `oc_pair_${randomBytes(16).toString('hex')}`;
  sessions.set(token, newSession());
  save();
  return [201, { token }];
}

function deleteToken(token) {
  const session = sessions.get(token);
  sessions.delete(token);
  save();
  for (const role of ['phone', 'agent']) if (session?.[role]) turnAway(session[role], 'chat.error', 'UNAUTHORIZED', 'the token was deleted'); // PAIR-75
  return session ? [204] : [404, { code: 'NOT_FOUND', message: 'no such token' }];
}

const health = () => [200, {
  status: 'ok', connections: connections.size, sessions: [...sessions.values()].filter(({ phone, agent }) => phone || agent).length,
  uptime_sec: Math.floor(process.uptime()),
}];

const presence = token => sessions.has(token)
  ? [200, { phone: sessions.get(token).phone !== null, agent: sessions.get(token).agent !== null }]
  : [404, { code: 'NOT_FOUND', message: 'no such token' }];

// readme: POST; the rest as in chapters 4 and 11
const paths = [
  [/^\/ws$/, { GET: () => [426, { code: 'UPGRADE_REQUIRED', message: 'this is a WebSocket' }] }],
  [/^\/health$/, { GET: health, HEAD: health }],
  [/^\/api\/v1\/pair$/, { POST: makeToken }],
  [/^\/api\/v1\/pair\/([^/]+)$/, { GET: presence, HEAD: presence, DELETE: deleteToken }],
];

function route(request) {
  const path = request.url.split('?')[0];
  const [pattern, methods] = paths.find(([candidate]) => candidate.test(path)) ?? [];
  if (!methods) return [404, { code: 'NOT_FOUND', message: 'no such path' }];
  if (!methods[request.method]) return [405, { code: 'METHOD_NOT_ALLOWED', message: 'not with this method' }];
  if (['POST', 'DELETE'].includes(request.method) && !hasKey(request)) return [401, { code: 'UNAUTHORIZED', message: 'X-Admin-Key is missing or wrong' }];
  return methods[request.method](pattern.exec(path)[1]);
}

function respond(request, response) {
  const [status, body] = route(request);
  response.writeHead(status, body ? { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } : { 'Cache-Control': 'no-store' });
  response.end(body && JSON.stringify(body));
}

const secure = settings.tlsCertificateFile !== '';
const server = secure
  ? createSecureServer({ cert: readFileSync(settings.tlsCertificateFile), key: readFileSync(settings.tlsKeyFile) }, respond)
  : createServer(respond);
const sockets = new WebSocketServer({ noServer: true, closeTimeout: 2000 }); // PAIR-43: by itself the library waits for the end of the stream for 30 s
server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => {}); // a stranger who goes away
  const waiting = [...connections].filter(connection => !connection.session).length;
  const refusal = request.url.split('?')[0] !== '/ws' ? '404 Not Found' : waiting >= settings.maxUnauthenticated ? '503 Service Unavailable' : null; // SEC-07
  if (refusal) socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  else sockets.handleUpgrade(request, socket, head, ws => serve(ws, socket));
});

process.on('SIGTERM', () => {
  server.close();
  for (const { ws } of connections) ws.close(1001); // TRN-26, TRN-27
  setTimeout(() => process.exit(), settings.drainTimeoutMs); // TRN-31
  setInterval(() => connections.size === 0 && process.exit(), 50);
});

const [host, port] = settings.address.split(/:(?=\d+$)/);
server.listen(Number(port), host, () => console.log(`listening on ${secure ? 'wss' : 'ws'}://${host}:${server.address().port}/ws`));
