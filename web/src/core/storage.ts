// Preferences in localStorage; a browser that forbids it simply forgets them.
export function remembered(key: string): string | null {
    try {
        return localStorage.getItem(`rt.${key}`);
    } catch {
        return null;
    }
}

export function remember(key: string, value: string | null): void {
    try {
        if (value === null) localStorage.removeItem(`rt.${key}`);
        else localStorage.setItem(`rt.${key}`, value);
    } catch {
        // Private mode: nothing to keep.
    }
}

// The id of the account that the console last had something for.
export const kStaffHint = "staff";
