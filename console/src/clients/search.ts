import { choiceIn, flagIn, textIn, withoutUnset, type Search } from "../list/filters";

export const CLIENT_KINDS = ["BUSINESS", "CONSUMER"] as const;

/** The filters of the client list, out of the address. */
export function clientSearch(search: Search) {
  return withoutUnset({
    text: textIn(search, "text"),
    kind: choiceIn(search, "kind", CLIENT_KINDS),
    archived: flagIn(search, "archived"),
  });
}

export type ClientSearch = ReturnType<typeof clientSearch>;
