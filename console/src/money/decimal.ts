/** Decimal numbers as text: read as people write them, moved by powers of ten, without a float on the way. */

export type DecimalFault = "empty" | "not-a-number" | "too-many-places" | "too-large";
export type Parsed<T> = { ok: true; value: T } | { ok: false; fault: DecimalFault };

/** The largest amount that the API takes, in minor units. */
const MAX_MINOR = 10n ** 15n;

interface Separators {
  group: string;
  decimal: string;
}

function separatorsOf(locale: string): Separators {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(-1234567.5);
  const find = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { group: find("group"), decimal: find("decimal") || "." };
}

/**
 * A number as written in a locale, as plain text: ("1.234,50", "de") gives "1234.50".
 * Grouping is optional, but where it is, it must group by thousands: "1,5" is no English number.
 */
export function parseDecimal(written: string, locale: string): Parsed<string> {
  const { group, decimal } = separatorsOf(locale);
  // People type a plain space or apostrophe where CLDR has its typographic sisters.
  const text = written
    .trim()
    .replaceAll(/[\s\u00a0\u202f]/g, " ")
    .replaceAll("’", "'")
    .replaceAll("−", "-");
  if (text === "") return { ok: false, fault: "empty" };
  const sign = text.startsWith("-") ? "-" : "";
  const [whole = "", ...rest] = text.slice(sign.length).split(decimal);
  const fraction = rest.join(decimal);
  const grouping = group.replaceAll(/[\s\u00a0\u202f]/g, " ").replaceAll("’", "'");
  const groups = grouping && whole.includes(grouping) ? whole.split(grouping) : null;
  if (groups?.some((part, place) => (place === 0 ? !/^\d{1,3}$/.test(part) : !/^\d{3}$/.test(part)))) {
    return { ok: false, fault: "not-a-number" };
  }
  const digits = groups ? groups.join("") : whole;
  if (!/^\d*$/.test(digits) || !/^\d*$/.test(fraction) || rest.length > 1 || digits + fraction === "") {
    return { ok: false, fault: "not-a-number" };
  }
  const kept = fraction.replace(/0+$/, "");
  const value = digits.replace(/^0+(?=\d)/, "") || "0";
  return { ok: true, value: `${sign}${value}${kept && `.${kept}`}` };
}

/** A plain decimal times a power of ten: ("12.5", 2) gives "1250", ("7", -2) gives "0.07". */
export function shiftDecimal(decimal: string, places: number): string {
  const sign = decimal.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = decimal.slice(sign.length).split(".");
  const digits = places < 0 ? (whole + fraction).padStart(fraction.length - places + 1, "0") : whole + fraction;
  const point = digits.length - fraction.length + places;
  const padded = digits.padEnd(point, "0");
  const integer = padded.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  const rest = padded.slice(point).replace(/0+$/, "");
  return `${sign}${integer}${rest && `.${rest}`}`;
}

/** An amount as written ("1,234.50") in whole minor units (123450, at exponent 2). */
export function parseMinor(written: string, exponent: number, locale: string): Parsed<number> {
  const parsed = parseDecimal(written, locale);
  if (!parsed.ok) return parsed;
  const shifted = shiftDecimal(parsed.value, exponent);
  if (shifted.includes(".")) return { ok: false, fault: "too-many-places" };
  const minor = BigInt(shifted);
  if (minor > MAX_MINOR || minor < -MAX_MINOR) return { ok: false, fault: "too-large" };
  return { ok: true, value: Number(minor) };
}

/** A unit price as written ("0.0004") in minor units with up to twelve places ("0.04", at exponent 2). */
export function parseUnitPrice(written: string, exponent: number, locale: string): Parsed<string> {
  const parsed = parseDecimal(written, locale);
  if (!parsed.ok) return parsed;
  const shifted = shiftDecimal(parsed.value, exponent);
  const [whole = "", fraction = ""] = shifted.replace("-", "").split(".");
  if (fraction.length > 12) return { ok: false, fault: "too-many-places" };
  if (whole.length > 15) return { ok: false, fault: "too-large" };
  return { ok: true, value: shifted };
}

/** A plain decimal as people of a locale write it when they edit it, ungrouped: ("1234.5", "de") gives "1234,5". */
export function editDecimal(decimal: string, locale: string): string {
  return decimal.replace(".", separatorsOf(locale).decimal);
}
