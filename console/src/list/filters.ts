/** Filters live in the address: what is there is read here, whatever somebody typed into it. */

export type Search = Record<string, unknown>;

export function textIn(search: Search, name: string): string | undefined {
  const value = search[name];
  // The router reads `?text=1001` as a number.
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text.slice(0, 200) : undefined;
}

export function choiceIn<Choice extends string>(
  search: Search,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  return choices.find((choice) => choice === search[name]);
}

export function flagIn(search: Search, name: string): boolean | undefined {
  const value = search[name];
  return typeof value === "boolean" ? value : undefined;
}

export function dateIn(search: Search, name: string): string | undefined {
  const text = textIn(search, name);
  return text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/** An id as the API has them; anything else would only be refused. */
export function idIn(search: Search, name: string): string | undefined {
  const text = textIn(search, name);
  return text && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : undefined;
}

/** Whether any filter but the order of the list is set. */
export function isFiltered(filters: Search): boolean {
  return Object.entries(filters).some(
    ([name, value]) => value !== undefined && name !== "sort" && name !== "direction",
  );
}

/** The filters of a list that can only be searched. */
export function textSearch(search: Search): { text?: string } {
  return withoutUnset({ text: textIn(search, "text") });
}

/** Leaves out what is not set, so that addresses stay short. */
export function withoutUnset<Filters extends Search>(filters: Filters): Partial<Filters> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Partial<Filters>;
}
