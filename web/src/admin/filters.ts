// The filters of the list of registrations, kept in the address; bulk actions, exports and announcements may mean what they select.
export const kFilterKeys = ["q", "state", "division", "stage", "tag", "deficient", "source", "from", "until"] as const;
export type FilterKey = (typeof kFilterKeys)[number];
export type Filter = Record<FilterKey, string | null>;

export const filterOf = (query: URLSearchParams): Filter => Object.fromEntries(kFilterKeys.map((key) => [key, query.get(key)])) as Filter;

export const isFiltered = (filter: Filter): boolean => kFilterKeys.some((key) => filter[key]);

// As the body of a command.
export function filterBody(filter: Filter): Record<string, unknown> {
    const body: Record<string, unknown> = {};
    for (const key of kFilterKeys) {
        const value = filter[key];
        if (!value) continue;
        body[key] = value;
    }
    return body;
}
