import { blankToNull, choiceOf, flagOf, nullToBlank, type Choice } from "../form/values";
import { editDecimal, parseMinor, shiftDecimal, type DecimalFault } from "../money/decimal";
import type { Exponents } from "../money/format";
import type { BillingRulesInput, EffectiveRules } from "./queries";

/** What the form of billing rules holds; counts as text, empty for "without". */
export interface RuleValues extends Record<string, unknown> {
  paymentTermsId: BillingRulesInput["paymentTermsId"];
  customTermsDays: string;
  invoiceDeliveryMethod: BillingRulesInput["invoiceDeliveryMethod"];
  invoiceGroupingStrategy: BillingRulesInput["invoiceGroupingStrategy"];
  isPoRequired: boolean;
  poFormatRegex: string;
  poUniquenessScope: NonNullable<BillingRulesInput["poUniquenessScope"]>;
  overrideAllowed: boolean;
  overrideReasonCodeRequired: boolean;
  overrideRequiresSecondApprover: boolean;
  partialPaymentsAllowed: boolean;
  creditLimit: { amount: string; currency: string };
  approvalRequired: Choice;
  estimateBindingRequired: Choice;
  reprintPolicy: {
    maxReprints: string;
    windowDays: string;
    elevationRequiredAfter: string;
    reasonCodeRequired: boolean;
  };
}

/** Every place of the form, in its order. */
export const RULE_FIELDS = [
  "paymentTermsId",
  "customTermsDays",
  "creditLimit.amount",
  "creditLimit.currency",
  "partialPaymentsAllowed",
  "invoiceDeliveryMethod",
  "invoiceGroupingStrategy",
  "isPoRequired",
  "poFormatRegex",
  "poUniquenessScope",
  "overrideAllowed",
  "overrideReasonCodeRequired",
  "overrideRequiresSecondApprover",
  "approvalRequired",
  "estimateBindingRequired",
  "reprintPolicy.maxReprints",
  "reprintPolicy.windowDays",
  "reprintPolicy.elevationRequiredAfter",
  "reprintPolicy.reasonCodeRequired",
] as const;
export type RuleField = (typeof RULE_FIELDS)[number];

export interface Setting {
  exponents: Exponents;
  locale: string;
  currency: string;
}

/** What was agreed; for an account without rules what holds for it now, with nothing decided that need not be. */
export function ruleValues(
  agreed: BillingRulesInput | null,
  effective: EffectiveRules,
  { exponents, locale, currency }: Setting,
): RuleValues {
  const from: BillingRulesInput = agreed ?? { ...effective, approvalRequired: null, estimateBindingRequired: null };
  const limit = from.creditLimit;
  const places = exponents.get(limit?.currency ?? "") ?? 0;
  return {
    paymentTermsId: from.paymentTermsId,
    customTermsDays: textOf(from.customTermsDays),
    invoiceDeliveryMethod: from.invoiceDeliveryMethod,
    invoiceGroupingStrategy: from.invoiceGroupingStrategy,
    isPoRequired: from.isPoRequired,
    poFormatRegex: nullToBlank(from.poFormatRegex),
    poUniquenessScope: from.poUniquenessScope ?? "ACCOUNT",
    overrideAllowed: from.overrideAllowed ?? true,
    overrideReasonCodeRequired: from.overrideReasonCodeRequired ?? true,
    overrideRequiresSecondApprover: from.overrideRequiresSecondApprover ?? false,
    partialPaymentsAllowed: from.partialPaymentsAllowed ?? true,
    creditLimit: {
      amount: limit ? editDecimal(shiftDecimal(String(limit.amount), -places), locale) : "",
      currency: limit?.currency ?? currency,
    },
    approvalRequired: choiceOf(from.approvalRequired),
    estimateBindingRequired: choiceOf(from.estimateBindingRequired),
    reprintPolicy: {
      maxReprints: textOf(from.reprintPolicy?.maxReprints),
      windowDays: textOf(from.reprintPolicy?.windowDays),
      elevationRequiredAfter: textOf(from.reprintPolicy?.elevationRequiredAfter),
      reasonCodeRequired: from.reprintPolicy?.reasonCodeRequired ?? true,
    },
  };
}

/** The body to save, found sound by `ruleFaults`. */
export function ruleInput(values: RuleValues, { exponents, locale }: Setting): BillingRulesInput {
  const { creditLimit, reprintPolicy, ...rest } = values;
  const amount = parseMinor(creditLimit.amount, exponents.get(creditLimit.currency) ?? 0, locale);
  return {
    paymentTermsId: rest.paymentTermsId,
    customTermsDays: rest.paymentTermsId === "CUSTOM" ? countOf(rest.customTermsDays) : null,
    invoiceDeliveryMethod: rest.invoiceDeliveryMethod,
    invoiceGroupingStrategy: rest.invoiceGroupingStrategy,
    isPoRequired: rest.isPoRequired,
    poFormatRegex: blankToNull(rest.poFormatRegex),
    poUniquenessScope: rest.poUniquenessScope,
    overrideAllowed: rest.overrideAllowed,
    overrideReasonCodeRequired: rest.overrideReasonCodeRequired,
    overrideRequiresSecondApprover: rest.overrideRequiresSecondApprover,
    partialPaymentsAllowed: rest.partialPaymentsAllowed,
    creditLimit: amount.ok ? { amount: amount.value, currency: creditLimit.currency } : null,
    approvalRequired: flagOf(rest.approvalRequired),
    estimateBindingRequired: flagOf(rest.estimateBindingRequired),
    reprintPolicy: {
      maxReprints: countOf(reprintPolicy.maxReprints),
      windowDays: countOf(reprintPolicy.windowDays),
      elevationRequiredAfter: countOf(reprintPolicy.elevationRequiredAfter),
      reasonCodeRequired: reprintPolicy.reasonCodeRequired,
    },
  };
}

export function ruleFaults(
  values: RuleValues,
  { exponents, locale }: Setting,
  words: { needed: string; count: string; decimal: (fault: DecimalFault) => string },
): Record<string, string | null> {
  const { customTermsDays, creditLimit, reprintPolicy } = values;
  const count = (text: string) => (/^\d{0,4}$/.test(text.trim()) ? null : words.count);
  const days = customTermsDays.trim() ? count(customTermsDays) : words.needed;
  const amount = parseMinor(creditLimit.amount, exponents.get(creditLimit.currency) ?? 0, locale);
  return {
    customTermsDays: values.paymentTermsId === "CUSTOM" ? days : null,
    "creditLimit.amount": amount.ok || amount.fault === "empty" ? null : words.decimal(amount.fault),
    "creditLimit.currency": creditLimit.amount.trim() && !creditLimit.currency ? words.needed : null,
    "reprintPolicy.maxReprints": count(reprintPolicy.maxReprints),
    "reprintPolicy.windowDays": count(reprintPolicy.windowDays),
    "reprintPolicy.elevationRequiredAfter": count(reprintPolicy.elevationRequiredAfter),
  };
}

export type Side = "mine" | "theirs";

/**
 * The places where my values differ from theirs, each with the side to begin with: theirs where only they changed
 * something since `base`, mine everywhere else.
 */
export function conflictsBetween(base: RuleValues, mine: RuleValues, theirs: RuleValues): [RuleField, Side][] {
  return RULE_FIELDS.filter((field) => valueAt(mine, field) !== valueAt(theirs, field)).map((field) => [
    field,
    valueAt(mine, field) === valueAt(base, field) ? "theirs" : "mine",
  ]);
}

/** The single value at a place of the form. */
export function valueAt(values: RuleValues, field: RuleField): string | boolean {
  const found = field.split(".").reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], values);
  return found as string | boolean;
}

function textOf(count: number | null | undefined): string {
  return count === null || count === undefined ? "" : String(count);
}

function countOf(text: string): number | null {
  return text.trim() ? Number(text) : null;
}
