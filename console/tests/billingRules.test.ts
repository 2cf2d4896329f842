import { describe, expect, it } from "vitest";
import type { BillingRulesInput, EffectiveRules } from "../src/billing-rules/queries";
import { conflictsBetween, ruleFaults, ruleInput, ruleValues, valueAt } from "../src/billing-rules/rulesForm";

const SETTING = {
  exponents: new Map([
    ["EUR", 2],
    ["JPY", 0],
  ]),
  locale: "de-DE",
  currency: "EUR",
};
const WORDS = { needed: "needed", count: "count", decimal: (fault: string) => fault };
const AGREED: BillingRulesInput = {
  paymentTermsId: "CUSTOM",
  customTermsDays: 45,
  invoiceDeliveryMethod: "MAIL",
  invoiceGroupingStrategy: "PER_VEHICLE",
  isPoRequired: true,
  poFormatRegex: "PO-[0-9]+",
  poUniquenessScope: "TENANT",
  overrideAllowed: true,
  overrideReasonCodeRequired: false,
  overrideRequiresSecondApprover: true,
  partialPaymentsAllowed: false,
  creditLimit: { amount: 1_234_50, currency: "EUR" },
  approvalRequired: false,
  estimateBindingRequired: null,
  reprintPolicy: { maxReprints: 0, windowDays: null, reasonCodeRequired: false, elevationRequiredAfter: 3 },
};
const EFFECTIVE: EffectiveRules = {
  ...AGREED,
  accountId: "c1",
  isConfigured: false,
  policyVersion: "settings-v1",
  paymentTermsId: "NET30",
  customTermsDays: null,
  creditLimit: null,
  approvalRequired: true,
  estimateBindingRequired: true,
};

describe("the form of billing rules", () => {
  it("saves what it was filled with", () => {
    const values = ruleValues(AGREED, EFFECTIVE, SETTING);
    expect(values.creditLimit.amount).toBe("1234,5");
    expect(ruleInput(values, SETTING)).toEqual(AGREED);
    expect(Object.values(ruleFaults(values, SETTING, WORDS)).filter(Boolean)).toEqual([]);
  });

  it("begins with what holds, and leaves to the business what it decides", () => {
    const values = ruleValues(null, EFFECTIVE, SETTING);
    expect(values).toMatchObject({ paymentTermsId: "NET30", approvalRequired: "default", creditLimit: { amount: "" } });
    expect(ruleInput(values, SETTING)).toMatchObject({
      customTermsDays: null,
      creditLimit: null,
      approvalRequired: null,
      estimateBindingRequired: null,
    });
  });

  it("sends days only with terms that have their own", () => {
    const values = { ...ruleValues(AGREED, EFFECTIVE, SETTING), paymentTermsId: "NET15" as const };
    expect(ruleInput(values, SETTING).customTermsDays).toBeNull();
  });

  it("names what is no number under its input", () => {
    const values = ruleValues(AGREED, EFFECTIVE, SETTING);
    values.customTermsDays = " ";
    values.creditLimit = { amount: "1.5x", currency: "" };
    values.reprintPolicy = { ...values.reprintPolicy, maxReprints: "-1", windowDays: "3,5" };
    const found = ruleFaults(values, SETTING, WORDS);
    expect(Object.entries(found).filter(([, words]) => words)).toEqual([
      ["customTermsDays", "needed"],
      ["creditLimit.amount", "not-a-number"],
      ["creditLimit.currency", "needed"],
      ["reprintPolicy.maxReprints", "count"],
      ["reprintPolicy.windowDays", "count"],
    ]);
  });
});

describe("two versions of billing rules", () => {
  const base = ruleValues(AGREED, EFFECTIVE, SETTING);

  it("differ where either person changed something; only their own change is theirs to begin with", () => {
    const mine = { ...base, isPoRequired: false, creditLimit: { amount: "9", currency: "EUR" } };
    const theirs = {
      ...base,
      poFormatRegex: "X",
      creditLimit: { amount: "8", currency: "JPY" },
      reprintPolicy: { ...base.reprintPolicy, windowDays: "7" },
    };
    expect(conflictsBetween(base, mine, theirs)).toEqual([
      ["creditLimit.amount", "mine"],
      ["creditLimit.currency", "theirs"],
      ["isPoRequired", "mine"],
      ["poFormatRegex", "theirs"],
      ["reprintPolicy.windowDays", "theirs"],
    ]);
    expect(valueAt(theirs, "reprintPolicy.windowDays")).toBe("7");
  });

  it("that say the same are no conflict", () => {
    const changed = { ...base, isPoRequired: false };
    expect(conflictsBetween(base, changed, structuredClone(changed))).toEqual([]);
  });
});
