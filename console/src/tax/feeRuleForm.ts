import { blankToNull, nullToBlank } from "../form/values";
import { editDecimal, parseDecimal, parseMinor, shiftDecimal, type DecimalFault, type Parsed } from "../money/decimal";
import { plainDecimal, type Exponents } from "../money/format";
import type { FeeRule, FeeRuleInput } from "./queries";

export interface AmountValues {
  currency: string;
  amount: string;
}

/** What the form of a fee rule holds; percentages and amounts as people write them. */
export interface FeeRuleValues extends Record<string, unknown> {
  code: string;
  name: string;
  basis: FeeRuleInput["basis"];
  percent: string;
  caps: AmountValues[];
  amounts: AmountValues[];
  taxable: boolean;
  taxCategory: string;
  appliesTo: string[];
  validFrom: string;
  validTo: string;
  active: boolean;
}

export interface Setting {
  exponents: Exponents;
  locale: string;
}

export function feeRuleValues(rule: FeeRule | null, { exponents, locale }: Setting, day: string): FeeRuleValues {
  const amountValues = (amounts: FeeRule["amounts"]) =>
    (amounts ?? []).map(({ currency, amount }) => ({
      currency,
      amount: editDecimal(shiftDecimal(String(amount), -(exponents.get(currency) ?? 0)), locale),
    }));
  const percent = nullToBlank(rule?.percent === null ? null : rule?.percent?.toString());
  return {
    code: nullToBlank(rule?.code),
    name: nullToBlank(rule?.name),
    basis: rule?.basis ?? "PERCENT",
    percent: percent && editDecimal(shiftDecimal(plainDecimal(percent), 0), locale),
    caps: amountValues(rule?.caps),
    amounts: amountValues(rule?.amounts),
    taxable: rule?.taxable ?? true,
    taxCategory: rule?.taxCategory ?? "standard",
    appliesTo: [...(rule?.appliesTo ?? [])],
    validFrom: rule?.validFrom ?? day,
    validTo: nullToBlank(rule?.validTo),
    active: rule?.active ?? true,
  };
}

/** The body to save, found sound by `feeRuleFaults`. What does not go with the basis is left out. */
export function feeRuleInput(values: FeeRuleValues, { exponents, locale }: Setting): FeeRuleInput {
  const amountsOf = (rows: AmountValues[]) =>
    rows.map(({ currency, amount }) => ({
      currency,
      amount: sound(parseMinor(amount, exponents.get(currency) ?? 0, locale)),
    }));
  const isPercent = values.basis === "PERCENT";
  return {
    code: values.code.trim(),
    name: values.name.trim(),
    basis: values.basis,
    percent: isPercent ? sound(parseDecimal(values.percent, locale)) : null,
    caps: isPercent ? amountsOf(values.caps) : [],
    amounts: isPercent ? [] : amountsOf(values.amounts),
    taxable: values.taxable,
    taxCategory: values.taxCategory.trim(),
    appliesTo: values.appliesTo as FeeRuleInput["appliesTo"],
    validFrom: values.validFrom,
    validTo: blankToNull(values.validTo),
    active: values.active,
  };
}

function sound<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(`not a number: ${parsed.fault}`);
  return parsed.value;
}

export function feeRuleFaults(
  values: FeeRuleValues,
  { exponents, locale }: Setting,
  words: { needed: string; decimal: (fault: DecimalFault) => string },
): Record<string, string | null> {
  const unless = (text: string) => (text.trim() ? null : words.needed);
  const faultOf = <T>(parsed: Parsed<T>) => (parsed.ok ? null : words.decimal(parsed.fault));
  const isPercent = values.basis === "PERCENT";
  const name = isPercent ? "caps" : "amounts";
  const rows = values[name].flatMap(({ currency, amount }, place): [string, string | null][] => [
    [`${name}.${place}.currency`, unless(currency)],
    [`${name}.${place}.amount`, faultOf(parseMinor(amount, exponents.get(currency) ?? 0, locale))],
  ]);
  return {
    code: unless(values.code),
    name: unless(values.name),
    validFrom: unless(values.validFrom),
    taxCategory: unless(values.taxCategory),
    percent: isPercent ? faultOf(parseDecimal(values.percent, locale)) : null,
    ...Object.fromEntries(rows),
  };
}
