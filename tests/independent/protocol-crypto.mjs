// The end-to-end encryption of the specification (chapter KEX), written from its text with node:crypto alone.
import crypto from 'node:crypto';

const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const privateKey = (raw) =>
  crypto.createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' });

export const publicKey = (raw) =>
  crypto.createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });

export const publicKeyOf = (rawPrivate) =>
  crypto.createPublicKey(privateKey(rawPrivate)).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);

/** Throws on a key of low order. */
export function x25519(rawPrivate, rawPublic) {
  const secret = crypto.diffieHellman({ privateKey: privateKey(rawPrivate), publicKey: publicKey(rawPublic) });
  if (secret.every((byte) => byte === 0)) throw new Error('all-zero shared secret');
  return secret;
}

export const deriveKey = (sharedSecret) =>
  Buffer.from(crypto.hkdfSync('sha256', sharedSecret, 'openclaw-relay-e2e-v1', 'chat-encryption', 32));

export function seal(key, nonce, plaintext) {
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { enc: true, ciphertext: ciphertext.toString('base64'), nonce: nonce.toString('base64') };
}

/** Throws when the payload must not open. */
export function open(key, payload) {
  if (payload.enc !== true) throw new Error('not encrypted');
  const [ciphertext, nonce] = [payload.ciphertext, payload.nonce].map((text) => {
    if (typeof text !== 'string' || !BASE64.test(text)) throw new Error('not base64');
    return Buffer.from(text, 'base64');
  });
  if (nonce.length !== 12) throw new Error('nonce length');
  if (ciphertext.length < 16) throw new Error('shorter than a tag');
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(ciphertext.subarray(-16));
  const plaintext = Buffer.concat([decipher.update(ciphertext.subarray(0, -16)), decipher.final()]);
  const payloadObject = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
  if (payloadObject === null || typeof payloadObject !== 'object' || Array.isArray(payloadObject)) throw new Error('no object');
  return plaintext;
}
