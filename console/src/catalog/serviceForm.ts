import { blankToNull, nullToBlank } from "../form/values";
import { editDecimal, parseUnitPrice, shiftDecimal, type DecimalFault } from "../money/decimal";
import { plainDecimal, type Exponents } from "../money/format";
import type { Service, ServiceInput } from "./queries";

/** What the form of a service holds; prices as people write them, in major units. */
export interface ServiceValues extends Record<string, unknown> {
  code: string;
  name: string;
  description: string;
  kind: ServiceInput["kind"];
  unit: string;
  prices: { currency: string; price: string }[];
  taxable: boolean;
  taxCategory: string;
  active: boolean;
}

export interface PriceSetting {
  exponents: Exponents;
  locale: string;
}

export function serviceValues(service: Service | null, { exponents, locale }: PriceSetting): ServiceValues {
  return {
    code: nullToBlank(service?.code),
    name: nullToBlank(service?.name),
    description: nullToBlank(service?.description),
    kind: service?.kind ?? "SERVICE",
    unit: service?.unit ?? "each",
    prices: (service?.prices ?? []).map(({ currency, unitPrice }) => ({
      currency,
      price: editDecimal(shiftDecimal(plainDecimal(String(unitPrice)), -(exponents.get(currency) ?? 0)), locale),
    })),
    taxable: service?.taxable ?? true,
    taxCategory: service?.taxCategory ?? "standard",
    active: service?.active ?? true,
  };
}

/** The body to save; every price was found to be one by `serviceFaults`. */
export function serviceInput(values: ServiceValues, { exponents, locale }: PriceSetting): ServiceInput {
  return {
    code: values.code.trim(),
    name: values.name.trim(),
    description: blankToNull(values.description),
    kind: values.kind,
    unit: values.unit.trim(),
    prices: values.prices.map(({ currency, price }) => {
      const parsed = parseUnitPrice(price, exponents.get(currency) ?? 0, locale);
      if (!parsed.ok) throw new Error(`not a price: ${parsed.fault}`);
      return { currency, unitPrice: parsed.value };
    }),
    taxable: values.taxable,
    taxCategory: values.taxCategory.trim(),
    active: values.active,
  };
}

export function serviceFaults(
  values: ServiceValues,
  { exponents, locale }: PriceSetting,
  words: { needed: string; decimal: (fault: DecimalFault) => string },
): Record<string, string | null> {
  const unless = (text: string) => (text.trim() ? null : words.needed);
  const prices = values.prices.flatMap(({ currency, price }, place): [string, string | null][] => {
    const parsed = parseUnitPrice(price, exponents.get(currency) ?? 0, locale);
    return [
      [`prices.${place}.currency`, unless(currency)],
      [`prices.${place}.price`, parsed.ok ? null : words.decimal(parsed.fault)],
    ];
  });
  return {
    code: unless(values.code),
    name: unless(values.name),
    unit: unless(values.unit),
    taxCategory: unless(values.taxCategory),
    ...Object.fromEntries(prices),
  };
}
