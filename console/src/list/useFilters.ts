import { useNavigate } from "@tanstack/react-router";
import { isFiltered, type Search } from "./filters";

/** Changing the filters of the list one is at; they live in the address, so that a link shows the same rows. */
export function useFilters<Filters extends Search>(filters: Filters) {
  const navigate = useNavigate();
  const go = (search: Search) => void navigate({ to: ".", search: search as never, replace: true });
  return {
    isFiltered: isFiltered(filters),
    set: (change: Partial<Filters>) => go({ ...filters, ...change }),
    clear: () => go({}),
  };
}
