import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, http, idempotent, ifMatch } from "../api/client";
import type { Wire } from "../api/wire";
import { keyset } from "../list/paging";
import type { ClientSearch } from "./search";

export type Client = Wire["ClientBody"];
export type ClientInput = Wire["ClientInput"];
export type ClientRow = Wire["ClientRowBody"];

export function clientsQuery(search: ClientSearch) {
  return infiniteQueryOptions({
    queryKey: ["clients", "list", search],
    queryFn: ({ pageParam }) =>
      answer(http.GET("/billing/clients", { params: { query: { ...search, after: pageParam } } })),
    ...keyset,
  });
}

export function clientQuery(clientId: string) {
  return queryOptions({ queryKey: ["clients", "one", clientId], queryFn: () => getClient(clientId) });
}

/** Clients whose names fit what was typed, for pickers. */
export function clientNamesQuery(text: string) {
  return queryOptions({
    queryKey: ["clients", "names", text],
    queryFn: () => answer(http.GET("/billing/clients", { params: { query: { text: text || undefined, limit: 20 } } })),
    placeholderData: keepPreviousData,
  });
}

export const taxIdSchemesQuery = queryOptions({
  queryKey: ["tax-id-schemes"],
  queryFn: () => answer(http.GET("/billing/tax-id-schemes")),
  staleTime: Infinity,
});

export function getClient(clientId: string): Promise<Client> {
  return answer(http.GET("/billing/clients/{clientId}", path(clientId)));
}

/** Saves over the version with `etag`, or adds a client when there is none: the same one for the same key. */
export function saveClient(
  clientId: string | null,
  body: ClientInput,
  etag: string | null,
  idempotencyKey: string,
): Promise<Client> {
  if (clientId === null || etag === null) {
    return answer(http.POST("/billing/clients", { body, headers: idempotent(idempotencyKey) }));
  }
  return answer(http.PUT("/billing/clients/{clientId}", { ...path(clientId), body, headers: ifMatch(etag) }));
}

/** Deletes the client, or archives it when something refers to it: then the archived client comes back. */
export async function deleteClient(client: Client): Promise<Client | undefined> {
  return answer<Client | undefined>(
    http.DELETE("/billing/clients/{clientId}", { ...path(client.clientId), headers: ifMatch(client.etag) }),
  );
}

function path(clientId: string) {
  return { params: { path: { clientId } } };
}
