import { blankToNull, nullToBlank } from "../form/values";
import { editDecimal, parseDecimal, type DecimalFault } from "../money/decimal";
import { plainDecimal } from "../money/format";
import type { Region, RegionInput } from "./queries";

export interface ComponentValues {
  name: string;
  percent: string;
  compound: boolean;
}

export interface RateValues {
  rateId: string | null;
  taxCategory: string;
  validFrom: string;
  validTo: string;
  components: ComponentValues[];
}

/** What the form of a tax region holds; percentages as people write them. */
export interface RegionValues extends Record<string, unknown> {
  code: string;
  name: string;
  country: string;
  rates: RateValues[];
  correctionReason: string;
}

export const NO_COMPONENT: ComponentValues = { name: "", percent: "", compound: false };

export function newRate(validFrom: string): RateValues {
  return { rateId: null, taxCategory: "standard", validFrom, validTo: "", components: [NO_COMPONENT] };
}

type Rate = NonNullable<Region["rates"]>[number];

/** The standard rate in force on a day (ISO): from `validFrom`, up to and without `validTo`. */
export function rateOn(region: Region, day: string): Rate | undefined {
  const rates = (region.rates ?? []).filter(({ taxCategory = "standard" }) => taxCategory === "standard");
  return rates.find(({ validFrom, validTo }) => validFrom <= day && (!validTo || day < validTo));
}

/** Newest first: the rate in force stands where it is looked for. */
export function regionValues(region: Region | null, locale: string): RegionValues {
  const rates = [...(region?.rates ?? [])].sort((a, b) => b.validFrom.localeCompare(a.validFrom));
  return {
    code: nullToBlank(region?.code),
    name: nullToBlank(region?.name),
    country: nullToBlank(region?.country),
    rates: rates.map(({ rateId, taxCategory, validFrom, validTo, components }) => ({
      rateId: rateId ?? null,
      taxCategory: taxCategory ?? "standard",
      validFrom,
      validTo: nullToBlank(validTo),
      components: components.map(({ name, percent, compound }) => ({
        name,
        percent: editDecimal(withoutTail(plainDecimal(String(percent))), locale),
        compound: compound ?? false,
      })),
    })),
    correctionReason: "",
  };
}

/** "8.250000" as people write it: "8.25". */
function withoutTail(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

/** The body to save; every percentage was found to be one by `regionFaults`. */
export function regionInput(values: RegionValues, locale: string): RegionInput {
  return {
    code: values.code.trim(),
    name: values.name.trim(),
    country: values.country,
    rates: values.rates.map(({ rateId, taxCategory, validFrom, validTo, components }) => ({
      rateId,
      taxCategory: taxCategory.trim(),
      validFrom,
      validTo: blankToNull(validTo),
      components: components.map(({ name, percent, compound }) => {
        const parsed = parseDecimal(percent, locale);
        if (!parsed.ok) throw new Error(`not a percentage: ${parsed.fault}`);
        return { name: name.trim(), percent: parsed.value, compound };
      }),
    })),
    correctionReason: blankToNull(values.correctionReason),
  };
}

export function regionFaults(
  values: RegionValues,
  locale: string,
  words: { needed: string; decimal: (fault: DecimalFault) => string },
): Record<string, string | null> {
  const unless = (text: string) => (text.trim() ? null : words.needed);
  const faults: Record<string, string | null> = {
    code: unless(values.code),
    name: unless(values.name),
    country: unless(values.country),
  };
  values.rates.forEach((rate, place) => {
    faults[`rates.${place}.validFrom`] = unless(rate.validFrom);
    faults[`rates.${place}.taxCategory`] = unless(rate.taxCategory);
    rate.components.forEach(({ name, percent }, index) => {
      const parsed = parseDecimal(percent, locale);
      faults[`rates.${place}.components.${index}.name`] = unless(name);
      faults[`rates.${place}.components.${index}.percent`] = parsed.ok ? null : words.decimal(parsed.fault);
    });
  });
  return faults;
}
