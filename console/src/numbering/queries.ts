import { queryOptions } from "@tanstack/react-query";
import { answer, http, ifMatch } from "../api/client";
import type { Wire } from "../api/wire";

export type Series = Wire["NumberSeriesBody"];
export type SeriesInput = Wire["NumberSeriesInput"];

export const seriesListQuery = queryOptions({
  queryKey: ["number-series", "list"],
  queryFn: () => answer(http.GET("/billing/number-series")),
});

export function seriesQuery(seriesId: string) {
  return queryOptions({ queryKey: ["number-series", "one", seriesId], queryFn: () => getSeries(seriesId) });
}

/** The proof that a series has neither gap nor duplicate. */
export function seriesAuditQuery(seriesId: string) {
  return queryOptions({
    queryKey: ["number-series", "audit", seriesId],
    queryFn: () => answer(http.GET("/billing/number-series/{seriesId}/audit", path(seriesId))),
  });
}

export function getSeries(seriesId: string): Promise<Series> {
  return answer(http.GET("/billing/number-series/{seriesId}", path(seriesId)));
}

export function saveSeries(seriesId: string, body: SeriesInput, etag: string): Promise<Series> {
  return answer(http.PUT("/billing/number-series/{seriesId}", { ...path(seriesId), body, headers: ifMatch(etag) }));
}

function path(seriesId: string) {
  return { params: { path: { seriesId } } };
}
