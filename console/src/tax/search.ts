import { flagIn, textIn, withoutUnset, type Search } from "../list/filters";

/** The filters of the fee rules, out of the address. */
export function feeRuleSearch(search: Search) {
  return withoutUnset({ text: textIn(search, "text"), active: flagIn(search, "active") });
}
