// What an authenticator app shows (RFC 6238: SHA-1, 30 s, 6 digits). `ahead` counts periods from now.
import { createHmac } from "node:crypto";

const kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function keyOf(base32) {
    let bits = "";
    for (const letter of base32.replace(/[\s=]/g, "")) bits += kAlphabet.indexOf(letter).toString(2).padStart(5, "0");
    return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

export function totp(secret, ahead = 0) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
    const mac = createHmac("sha1", keyOf(secret)).update(counter).digest();
    const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
}

// Waits, where little is left of a period, for the next: a code of the period before is then good for a while.
export async function freshPeriod() {
    const left = 30_000 - (Date.now() % 30_000);
    if (left < 10_000) await new Promise((done) => setTimeout(done, left));
}
