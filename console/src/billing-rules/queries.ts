import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, http, ifMatch } from "../api/client";
import { isRefused, Refused } from "../api/refusal";
import type { Wire } from "../api/wire";
import { keyset } from "../list/paging";

export type BillingRules = Wire["BillingRulesBody"];
export type BillingRulesInput = Wire["BillingRulesInput"];
export type EffectiveRules = Wire["EffectiveRulesBody"];
export type RulesChange = Wire["RulesChangeBody"];
export type Option = Pick<Wire["OptionBody"], "code" | "label">;

/** What was agreed with an account, or null when nothing was. */
export function rulesQuery(accountId: string) {
  return queryOptions({ queryKey: ["billing-rules", accountId, "agreed"], queryFn: () => findRules(accountId) });
}

/** What holds for an account, agreed or not. */
export function effectiveRulesQuery(accountId: string) {
  return queryOptions({
    queryKey: ["billing-rules", accountId, "effective"],
    queryFn: () => answer(http.GET("/billing/rules/{accountId}/effective", path(accountId))),
  });
}

/** Who agreed what and when, newest first. */
export function rulesHistoryQuery(accountId: string) {
  return infiniteQueryOptions({
    queryKey: ["billing-rules", accountId, "history"],
    queryFn: ({ pageParam }) =>
      answer(
        http.GET("/billing/rules/{accountId}/history", {
          params: { path: { accountId }, query: { limit: 20, after: pageParam } },
        }),
      ),
    ...keyset,
  });
}

export interface RuleOptions {
  terms: Option[];
  methods: Option[];
  groupings: Option[];
  scopes: Option[];
}

/** What there is to choose from, in the language of the business. */
export const ruleOptionsQuery = queryOptions({
  queryKey: ["billing-rules", "options"],
  queryFn: async (): Promise<RuleOptions> => {
    const [terms, methods, groupings, scopes] = await Promise.all([
      answer(http.GET("/billing/meta/payment-terms")),
      answer(http.GET("/billing/meta/invoice-delivery-methods")),
      answer(http.GET("/billing/meta/invoice-grouping-strategies")),
      answer(http.GET("/billing/meta/po-policies")),
    ]);
    return { terms: terms.items, methods: methods.items, groupings: groupings.items, scopes: scopes.items };
  },
});

export async function findRules(accountId: string): Promise<BillingRules | null> {
  try {
    return await answer(http.GET("/billing/rules/{accountId}", path(accountId)));
  } catch (error) {
    if (isRefused(error, "BILLING_RULES_NOT_CONFIGURED")) return null;
    throw error;
  }
}

/** Saves over the version with `etag`, or makes the first one. Somebody who was faster is told in one way: STALE_ETAG. */
export async function saveRules(
  accountId: string,
  body: BillingRulesInput,
  etag: string | null,
): Promise<BillingRules> {
  const headers = etag === null ? {} : ifMatch(etag);
  try {
    return await answer(http.PUT("/billing/rules/{accountId}", { ...path(accountId), body, headers }));
  } catch (error) {
    if (!isRefused(error, "IF_MATCH_REQUIRED")) throw error;
    throw new Refused(error.status, { ...error.body, errorCode: "STALE_ETAG" });
  }
}

function path(accountId: string) {
  return { params: { path: { accountId } } };
}
