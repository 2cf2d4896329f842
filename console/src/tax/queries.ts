import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, http, idempotent, ifMatch } from "../api/client";
import type { Wire } from "../api/wire";
import { keyset } from "../list/paging";

export type Region = Wire["TaxRegionBody"];
export type RegionInput = Wire["TaxRegionInput"];
export type FeeRule = Wire["FeeRuleBody"];
export type FeeRuleInput = Wire["FeeRuleInput"];

export function regionsQuery(search: { text?: string }) {
  return infiniteQueryOptions({
    queryKey: ["tax-regions", "list", search],
    queryFn: ({ pageParam }) =>
      answer(http.GET("/billing/tax-regions", { params: { query: { ...search, after: pageParam } } })),
    ...keyset,
  });
}

/** Codes of regions that fit what was typed, for pickers. */
export function regionCodesQuery(text: string) {
  return queryOptions({
    queryKey: ["tax-regions", "codes", text],
    queryFn: async () => {
      const query = { text: text || undefined, limit: 20 };
      const { items } = await answer(http.GET("/billing/tax-regions", { params: { query } }));
      return items.map(({ code }) => code);
    },
    placeholderData: keepPreviousData,
  });
}

export function regionQuery(regionId: string) {
  return queryOptions({ queryKey: ["tax-regions", "one", regionId], queryFn: () => getRegion(regionId) });
}

export function getRegion(regionId: string): Promise<Region> {
  return answer(http.GET("/billing/tax-regions/{taxRegionId}", regionPath(regionId)));
}

/** Saves over the version with `etag`, or adds a region when there is none: the same one for the same key. */
export function saveRegion(
  regionId: string | null,
  input: RegionInput,
  etag: string | null,
  idempotencyKey: string,
): Promise<Region> {
  if (regionId !== null && etag !== null) {
    const headers = ifMatch(etag);
    return answer(http.PUT("/billing/tax-regions/{taxRegionId}", { ...regionPath(regionId), body: input, headers }));
  }
  const { code, name, country, rates } = input;
  const body = { code, name, country, rates };
  return answer(http.POST("/billing/tax-regions", { body, headers: idempotent(idempotencyKey) }));
}

export function deleteRegion({ taxRegionId, etag }: Region): Promise<void> {
  const call = http.DELETE("/billing/tax-regions/{taxRegionId}", {
    ...regionPath(taxRegionId),
    headers: ifMatch(etag),
  });
  return answer<undefined>(call);
}

export function feeRulesQuery(search: { text?: string; active?: boolean }) {
  return infiniteQueryOptions({
    queryKey: ["fee-rules", "list", search],
    queryFn: ({ pageParam }) =>
      answer(http.GET("/billing/fee-rules", { params: { query: { ...search, after: pageParam } } })),
    ...keyset,
  });
}

export function feeRuleQuery(feeRuleId: string) {
  return queryOptions({ queryKey: ["fee-rules", "one", feeRuleId], queryFn: () => getFeeRule(feeRuleId) });
}

export function getFeeRule(feeRuleId: string): Promise<FeeRule> {
  return answer(http.GET("/billing/fee-rules/{feeRuleId}", feeRulePath(feeRuleId)));
}

/** Saves over the version with `etag`, or adds a fee rule when there is none: the same one for the same key. */
export function saveFeeRule(
  feeRuleId: string | null,
  body: FeeRuleInput,
  etag: string | null,
  idempotencyKey: string,
): Promise<FeeRule> {
  if (feeRuleId === null || etag === null) {
    return answer(http.POST("/billing/fee-rules", { body, headers: idempotent(idempotencyKey) }));
  }
  return answer(
    http.PUT("/billing/fee-rules/{feeRuleId}", { ...feeRulePath(feeRuleId), body, headers: ifMatch(etag) }),
  );
}

export function deleteFeeRule({ feeRuleId, etag }: FeeRule): Promise<void> {
  const call = http.DELETE("/billing/fee-rules/{feeRuleId}", { ...feeRulePath(feeRuleId), headers: ifMatch(etag) });
  return answer<undefined>(call);
}

function regionPath(regionId: string) {
  return { params: { path: { taxRegionId: regionId } } };
}

function feeRulePath(feeRuleId: string) {
  return { params: { path: { feeRuleId } } };
}
