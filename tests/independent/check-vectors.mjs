// Holds node:crypto to every file of spec/pairs/vectors, and protocol.json to its generator.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { conclude } from './judge.mjs';
import { deriveKey, open, publicKeyOf, seal, x25519 } from './protocol-crypto.mjs';

const vectors = new URL('../../spec/pairs/vectors/', import.meta.url);
const read = (name) => fs.readFileSync(new URL(name, vectors), 'utf8');
const hex = (text) => Buffer.from(text, 'hex');
let count = 0;
function vector(id, check) {
  try {
    check();
    count++;
  } catch (problem) {
    console.error(`  ${id}: ${problem.message}`);
    process.exitCode = 1;
  }
}

const curve = JSON.parse(read('x25519.json'));
for (const v of curve.scalarMultiplication)
  vector(`x25519 ${v.id}`, () => assert.equal(x25519(hex(v.scalar), hex(v.u)).toString('hex'), v.result));
let [scalar, u] = [hex(curve.iterated.start), hex(curve.iterated.start)];
const after = new Map(curve.iterated.after.map((v) => [v.iterations, v.result]));
for (let i = 1; i <= Math.max(...after.keys()); i++) {
  [scalar, u] = [x25519(scalar, u), scalar];
  if (after.has(i)) vector(`x25519 iteration ${i}`, () => assert.equal(scalar.toString('hex'), after.get(i)));
}
for (const v of curve.agreement) {
  vector(`x25519 ${v.id} public keys`, () => {
    assert.equal(publicKeyOf(hex(v.alicePrivate)).toString('hex'), v.alicePublic);
    assert.equal(publicKeyOf(hex(v.bobPrivate)).toString('hex'), v.bobPublic);
  });
  vector(`x25519 ${v.id} secret`, () => {
    assert.equal(x25519(hex(v.alicePrivate), hex(v.bobPublic)).toString('hex'), v.sharedSecret);
    assert.equal(x25519(hex(v.bobPrivate), hex(v.alicePublic)).toString('hex'), v.sharedSecret);
  });
}
for (const v of curve.mustReject.publicKeys)
  vector(`x25519 ${v.id}`, () => assert.throws(() => x25519(hex(curve.agreement[0].alicePrivate), hex(v.public))));

for (const v of JSON.parse(read('hkdf-sha256.json')).vectors)
  vector(`hkdf ${v.id}`, () => {
    const salt = v.salt === '' ? Buffer.alloc(32) : hex(v.salt);
    assert.equal(crypto.createHmac('sha256', salt).update(hex(v.ikm)).digest('hex'), v.prk);
    assert.equal(Buffer.from(crypto.hkdfSync('sha256', hex(v.ikm), hex(v.salt), hex(v.info), v.length)).toString('hex'), v.okm);
  });

for (const v of JSON.parse(read('aes-256-gcm.json')).vectors)
  vector(`aes-256-gcm ${v.id}`, () => {
    const cipher = crypto.createCipheriv('aes-256-gcm', hex(v.key), hex(v.nonce)).setAAD(hex(v.aad));
    assert.equal(Buffer.concat([cipher.update(hex(v.plaintext)), cipher.final()]).toString('hex'), v.ciphertext);
    assert.equal(cipher.getAuthTag().toString('hex'), v.tag);
  });

const protocol = JSON.parse(read('protocol.json'));
const keys = new Map();
for (const v of protocol.exchanges)
  vector(`exchange ${v.id}`, () => {
    assert.equal(publicKeyOf(hex(v.phonePrivate)).toString('hex'), v.phonePublic);
    assert.equal(publicKeyOf(hex(v.agentPrivate)).toString('hex'), v.agentPublic);
    assert.equal(Buffer.from(v.phonePayload.pubkey, 'base64').toString('hex'), v.phonePublic);
    assert.equal(Buffer.from(v.agentPayload.pubkey, 'base64').toString('hex'), v.agentPublic);
    assert.equal(x25519(hex(v.phonePrivate), hex(v.agentPublic)).toString('hex'), v.sharedSecret);
    assert.equal(x25519(hex(v.agentPrivate), hex(v.phonePublic)).toString('hex'), v.sharedSecret);
    assert.equal(deriveKey(hex(v.sharedSecret)).toString('hex'), v.key);
    keys.set(v.id, hex(v.key));
  });
for (const v of protocol.messages)
  vector(`message ${v.id}`, () => {
    assert.deepEqual(seal(keys.get(v.exchange), hex(v.nonce), Buffer.from(v.plaintext)), v.envelope.payload);
    assert.equal(open(keys.get(v.exchange), v.envelope.payload).toString('utf8'), v.plaintext);
  });
for (const v of protocol.mustNotOpen)
  vector(`must not open: ${v.id}`, () => assert.throws(() => open(keys.get(v.exchange), v.payload)));

const generator = fileURLToPath(new URL('./generate-vectors.mjs', import.meta.url));
vector('protocol.json is what its generator writes', () =>
  assert.equal(execFileSync(process.execPath, [generator], { encoding: 'utf8' }), read('protocol.json')));

conclude(`vectors: ${count} held by node:crypto ${process.versions.openssl}`);
