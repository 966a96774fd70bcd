/** Ids of people: 24 letters and digits. The cloud service's, of 24 hex digits, fit. Without imports, for pages. */
export const userIdPattern = '^[0-9A-Za-z]{24}$';
