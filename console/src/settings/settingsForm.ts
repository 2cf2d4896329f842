import type { Wire } from "../api/wire";
import { addressFaults, addressOf, addressValues } from "../form/address";
import type { AddressValues } from "../form/fields";
import { blankToNull, nullToBlank } from "../form/values";

export type Business = Wire["BusinessBody"];
export type BusinessInput = Wire["BusinessInput"];

/** What the form of the business details holds. */
export interface BusinessValues extends Record<string, unknown> {
  name: string;
  legalName: string;
  address: AddressValues;
  email: string;
  phone: string;
  taxNumber: string;
  timeZone: string;
  locale: string;
  currency: string;
  defaultTaxRegion: string;
  pricesIncludeTax: boolean;
  taxRounding: NonNullable<BusinessInput["taxRounding"]>;
  approvalRequiredForConsumers: boolean;
  estimateBindingRequired: boolean;
  paymentDays: string;
}

export function businessValues(business: Business): BusinessValues {
  return {
    name: business.name,
    legalName: business.legalName,
    address: addressValues(business.address),
    email: nullToBlank(business.email),
    phone: nullToBlank(business.phone),
    taxNumber: nullToBlank(business.taxNumber),
    timeZone: business.timeZone,
    locale: business.locale,
    currency: business.currency,
    defaultTaxRegion: nullToBlank(business.defaultTaxRegion),
    pricesIncludeTax: business.pricesIncludeTax ?? false,
    taxRounding: business.taxRounding ?? "PER_GROUP",
    approvalRequiredForConsumers: business.approvalRequiredForConsumers ?? true,
    estimateBindingRequired: business.estimateBindingRequired ?? true,
    paymentDays: String(business.paymentDays ?? 30),
  };
}

/** The body to save; what this form does not show stays as it is in `business`. */
export function businessInput(values: BusinessValues, business: Business): BusinessInput {
  const address = addressOf(values.address) ?? business.address;
  return {
    name: values.name.trim(),
    legalName: values.legalName.trim(),
    address: { ...address, lines: address.lines ?? [] },
    email: blankToNull(values.email),
    phone: blankToNull(values.phone),
    taxNumber: blankToNull(values.taxNumber),
    timeZone: values.timeZone,
    locale: values.locale,
    currency: values.currency,
    defaultTaxRegion: blankToNull(values.defaultTaxRegion),
    pricesIncludeTax: values.pricesIncludeTax,
    taxRounding: values.taxRounding,
    approvalRequiredForConsumers: values.approvalRequiredForConsumers,
    estimateBindingRequired: values.estimateBindingRequired,
    paymentDays: Number(values.paymentDays),
  };
}

export function businessFaults(values: BusinessValues, words: { needed: string; days: string }) {
  const unless = (text: string) => (text.trim() ? null : words.needed);
  const days = /^\d{1,3}$/.test(values.paymentDays) && Number(values.paymentDays) <= 365;
  return {
    name: unless(values.name),
    legalName: unless(values.legalName),
    timeZone: unless(values.timeZone),
    locale: unless(values.locale),
    currency: unless(values.currency),
    "address.city": unless(values.address.city),
    "address.country": unless(values.address.country),
    ...addressFaults(values.address, "address", words.needed),
    paymentDays: days ? null : words.days,
  };
}
