import type { InfiniteData } from "@tanstack/react-query";

/** One page of a list as the API gives it; `next` asks for the following one. */
export interface PageOf<Row> {
  items: Row[];
  next: string | null;
}

export type Pages<Row> = InfiniteData<PageOf<Row>>;

/** What every keyset-paged query has in common. */
export const keyset = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next: string | null }) => page.next ?? undefined,
};
