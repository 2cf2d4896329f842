import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, http, idempotent, ifMatch } from "../api/client";
import type { Wire } from "../api/wire";
import { keyset } from "../list/paging";
import type { CatalogSearch } from "./search";

export type Service = Wire["ServiceBody"];
export type ServiceInput = Wire["ServiceInput"];

export function servicesQuery(search: CatalogSearch) {
  return infiniteQueryOptions({
    queryKey: ["services", "list", search],
    queryFn: ({ pageParam }) =>
      answer(http.GET("/billing/services", { params: { query: { ...search, after: pageParam } } })),
    ...keyset,
  });
}

export function serviceQuery(serviceId: string) {
  return queryOptions({ queryKey: ["services", "one", serviceId], queryFn: () => getService(serviceId) });
}

export function getService(serviceId: string): Promise<Service> {
  return answer(http.GET("/billing/services/{serviceId}", path(serviceId)));
}

/** Saves over the version with `etag`, or adds a service when there is none: the same one for the same key. */
export function saveService(
  serviceId: string | null,
  body: ServiceInput,
  etag: string | null,
  idempotencyKey: string,
): Promise<Service> {
  if (serviceId === null || etag === null) {
    return answer(http.POST("/billing/services", { body, headers: idempotent(idempotencyKey) }));
  }
  return answer(http.PUT("/billing/services/{serviceId}", { ...path(serviceId), body, headers: ifMatch(etag) }));
}

/** Deletes the service, or makes it inactive when something refers to it: then the inactive one comes back. */
export function deleteService(service: Service): Promise<Service | undefined> {
  return answer<Service | undefined>(
    http.DELETE("/billing/services/{serviceId}", { ...path(service.serviceId), headers: ifMatch(service.etag) }),
  );
}

function path(serviceId: string) {
  return { params: { path: { serviceId } } };
}
