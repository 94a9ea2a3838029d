// What the server of this revision answers; each goes when its route has come.
export const kServed = { persons: false, invitations: false, guardian: false, substitutions: false };
