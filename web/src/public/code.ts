// Invitation codes: 8 characters of Crockford's base32.
export const kCode = /^[0-9A-HJKMNP-TV-Z]{8}$/;

// What people type: either case, full-width letters, dashes and spaces, and the look-alikes that the alphabet leaves out.
export function normalCode(text: string): string {
    return text.normalize("NFKC").toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}
