// Writes spec/pairs/vectors/protocol.json to standard output. Every key and nonce follows from a label, so that
// anybody gets the same file: `node generate-vectors.mjs > ../../spec/pairs/vectors/protocol.json`.
import crypto from 'node:crypto';
import { deriveKey, publicKeyOf, seal, x25519 } from './protocol-crypto.mjs';

const derived = (label, size) => crypto.createHash('sha256').update(`coralmux vector ${label}`).digest().subarray(0, size);
const text = (bytes) => bytes.toString('base64');

function keyExchange(label) {
  const phone = derived(`${label} phone`, 32);
  const agent = derived(`${label} agent`, 32);
  const sharedSecret = x25519(phone, publicKeyOf(agent));
  return {
    id: label,
    phonePrivate: phone.toString('hex'), phonePublic: publicKeyOf(phone).toString('hex'),
    agentPrivate: agent.toString('hex'), agentPublic: publicKeyOf(agent).toString('hex'),
    phonePayload: { pubkey: text(publicKeyOf(phone)) }, agentPayload: { pubkey: text(publicKeyOf(agent)) },
    sharedSecret: sharedSecret.toString('hex'),
    key: deriveKey(sharedSecret).toString('hex'),
  };
}

const exchanges = ['first', 'second'].map(keyExchange);
const keyOf = (id) => Buffer.from(exchanges.find((exchange) => exchange.id === id).key, 'hex');

const plain = [
  ['chat.send', 'phone', 'plain', '{"text":"What is the weather in Lisbon?"}'],
  ['chat.send', 'phone', 'unicode', '{"text":"Grüße 👋🏽 \\u00e9 \\ud83d\\ude00","agent_id":"main","options":{"temperature":0.70}}'],
  ['chat.send', 'phone', 'attachment', `{"text":"","attachments":[{"type":"image","mime_type":"image/png","content_b64":"${text(derived('image', 32))}"}]}`],
  ['chat.send', 'phone', 'white-space', '{ "text" : "kept\\nas it is" ,\n "x" : 1e2 }\n'],
  ['chat.stream', 'agent', 'first', '{"delta":"It is ","seq":1}'],
  ['chat.stream', 'agent', 'second', '{"delta":"sunny.","seq":2}'],
  ['chat.stream', 'agent', 'empty', '{"delta":"","seq":3}'],
  ['chat.done', 'agent', 'plain', '{"full_text":"It is sunny."}'],
  ['chat.done', 'agent', 'usage', '{"full_text":"It is sunny.","usage":{"prompt_tokens":9,"completion_tokens":4}}'],
  ['agent.list', 'phone', 'shortest', '{}'],
];

const messages = plain.map(([type, from, name, plaintext], index) => {
  const id = `${type}-${name}`;
  const nonce = derived(`nonce ${id}`, 12);
  const uuid = derived(`id ${id}`, 16);
  uuid[6] = 0x40 | (uuid[6] & 0x0f);
  uuid[8] = 0x80 | (uuid[8] & 0x3f);
  const payload = seal(keyOf('first'), nonce, Buffer.from(plaintext));
  return {
    id, from, exchange: 'first', nonce: nonce.toString('hex'), plaintext,
    envelope: { v: 1, type, id: uuid.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), ts: 1763596800000 + index, payload },
  };
});

const good = messages[0].envelope.payload;
const sealed = Buffer.from(good.ciphertext, 'base64');
const flip = (bytes, at) => { const copy = Buffer.from(bytes); copy[at] ^= 1; return text(copy); };
const sealText = (label, plaintext) => seal(keyOf('first'), derived(`nonce ${label}`, 12), Buffer.from(plaintext));
const mustNotOpen = [
  ['tag-tampered', 'The last bit of the tag is flipped.', { ...good, ciphertext: flip(sealed, sealed.length - 1) }],
  ['tag-first-byte-tampered', 'A bit in the first byte of the tag is flipped.', { ...good, ciphertext: flip(sealed, sealed.length - 16) }],
  ['ciphertext-tampered', 'The first bit of the ciphertext is flipped.', { ...good, ciphertext: flip(sealed, 0) }],
  ['ciphertext-extended', 'A byte follows the tag.', { ...good, ciphertext: text(Buffer.concat([sealed, Buffer.from([0])])) }],
  ['nonce-tampered', 'A bit of the nonce is flipped.', { ...good, nonce: flip(Buffer.from(good.nonce, 'base64'), 11) }],
  ['nonce-of-another-message', 'The nonce of another message.', { ...good, nonce: messages[1].envelope.payload.nonce }],
  ['nonce-short', 'The nonce has 11 bytes.', { ...good, nonce: text(Buffer.from(good.nonce, 'base64').subarray(0, 11)) }],
  ['nonce-long', 'The nonce has 16 bytes.', { ...good, nonce: text(derived('long', 16)) }],
  ['wrong-key', 'Sealed under the key of the second exchange.', seal(keyOf('second'), derived('nonce wrong-key', 12), Buffer.from('{"text":"hello"}'))],
  ['truncated', 'The last byte of the tag is missing.', { ...good, ciphertext: text(sealed.subarray(0, -1)) }],
  ['truncated-to-less-than-a-tag', 'Only 15 bytes are left.', { ...good, ciphertext: text(sealed.subarray(0, 15)) }],
  ['ciphertext-empty', 'Nothing is left.', { ...good, ciphertext: '' }],
  ['ciphertext-not-base64', 'A character outside the alphabet.', { ...good, ciphertext: `*${good.ciphertext.slice(1)}` }],
  ['ciphertext-base64url', 'The URL alphabet of RFC 4648 section 5.', { ...good, ciphertext: `-_${good.ciphertext.slice(2)}` }],
  ['ciphertext-line-break', 'A line break inside the base64.', { ...good, ciphertext: `${good.ciphertext.slice(0, 8)}\n${good.ciphertext.slice(8)}` }],
  ['nonce-not-base64', 'Hex instead of base64, with a character that base64 lacks.', { ...good, nonce: '0x00000000000000' }],
  ['nonce-not-a-string', 'A number.', { ...good, nonce: 0 }],
  ['not-marked', '`enc` is false.', { ...good, enc: false }],
  ['sealed-array', 'It opens, but an array was sealed.', sealText('sealed-array', '[1,2]')],
  ['sealed-no-json', 'It opens, but what was sealed is no JSON.', sealText('sealed-no-json', 'hello')],
].map(([id, comment, payload]) => ({ id, comment, exchange: 'first', payload }));

const file = {
  source: 'Chapter KEX of the CoralMux specification. Keys, secrets and nonces are hex; payloads are as on the wire.',
  salt: 'openclaw-relay-e2e-v1', info: 'chat-encryption', exchanges, messages, mustNotOpen,
};
process.stdout.write(`${JSON.stringify(file, null, 2)}\n`);
