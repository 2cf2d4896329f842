import { choiceIn, flagIn, textIn, withoutUnset, type Search } from "../list/filters";

export const SERVICE_KINDS = ["LABOR", "PART", "SERVICE", "PRODUCT", "FEE"] as const;

/** The filters of the catalog, out of the address. */
export function catalogSearch(search: Search) {
  return withoutUnset({
    text: textIn(search, "text"),
    kind: choiceIn(search, "kind", SERVICE_KINDS),
    active: flagIn(search, "active"),
  });
}

export type CatalogSearch = ReturnType<typeof catalogSearch>;
