import type { Wire } from "../api/wire";
import type { AddressValues } from "./fields";
import { blankToNull, nullToBlank } from "./values";

type Address = Wire["PostalAddressBody"];

export function addressValues(address: Address | null | undefined): AddressValues {
  return {
    lines: (address?.lines ?? []).join("\n"),
    city: nullToBlank(address?.city),
    region: nullToBlank(address?.region),
    postalCode: nullToBlank(address?.postalCode),
    country: nullToBlank(address?.country),
  };
}

/** The address behind its fields; null when nothing was entered. */
export function addressOf(values: AddressValues): Address | null {
  const { lines, city, region, postalCode, country } = values;
  if ((lines + city + region + postalCode + country).trim() === "") return null;
  return {
    lines: values.lines
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
    city: values.city.trim(),
    region: blankToNull(values.region),
    postalCode: blankToNull(values.postalCode),
    country: values.country,
  };
}

/** Field errors of an address that was begun and not finished, under `path`. */
export function addressFaults(values: AddressValues, path: string, needed: string): Record<string, string | null> {
  const address = addressOf(values);
  if (address === null) return {};
  return {
    [`${path}.city`]: address.city ? null : needed,
    [`${path}.country`]: address.country ? null : needed,
  };
}
