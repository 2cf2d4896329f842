import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isRefused, Unreachable } from "./api/refusal";
import { sessionQuery } from "./session/session";

/** The cache of everything read from the API. */
export function createQueries(): QueryClient {
  function notice(error: Error): void {
    // The page outlived its session token (signed in anew in another tab): the next try has the new one.
    if (isRefused(error, "CSRF_TOKEN_INVALID")) void queries.refetchQueries({ queryKey: sessionQuery.queryKey });
  }

  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({ onError: notice }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => count < 2 && (error instanceof Unreachable || isAway(error)),
      },
    },
  });
  return queries;
}

function isAway(error: Error): boolean {
  return isRefused(error) && (error.status === 502 || error.status === 503 || error.status === 504);
}
