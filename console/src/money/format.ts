import { shiftDecimal } from "./decimal";

/** Decimal places of each currency's minor unit, as the API serves them. */
export type Exponents = ReadonlyMap<string, number>;

type DecimalText = Intl.StringNumericLiteral;

/** The exponent of a currency; unknown codes are a fault of the server's data and are shown as they are stored. */
export function exponentOf(currency: string, exponents: Exponents): number | undefined {
  return exponents.get(currency);
}

/**
 * Minor units for people: (123450, "USD") gives "$1,234.50". The places are those of the API's table, never the
 * browser's, which has HUF and others wrong for stored minor units.
 */
export function formatMinor(amount: number | string, currency: string, exponents: Exponents, locale: string): string {
  const exponent = exponentOf(currency, exponents);
  if (exponent === undefined) return `${amount} ${currency}`;
  return formatMajor(shiftDecimal(String(amount), -exponent), currency, locale, exponent, exponent);
}

/** A unit price in minor units with its own number of places: ("0.04", "USD") gives "$0.0004". */
export function formatUnitPrice(price: string, currency: string, exponents: Exponents, locale: string): string {
  const exponent = exponentOf(currency, exponents);
  if (exponent === undefined) return `${price} ${currency}`;
  return formatMajor(shiftDecimal(plainDecimal(price), -exponent), currency, locale, exponent, 20);
}

function formatMajor(major: string, currency: string, locale: string, least: number, most: number): string {
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "symbol",
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });
  return format.format(major as DecimalText);
}

/** A quantity or a percentage: ("1234.500000", "en") gives "1,234.5". */
export function formatDecimal(decimal: string | number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 12 }).format(
    plainDecimal(String(decimal)) as DecimalText,
  );
}

/** Scientific notation, in which the API may write very small decimals, as plain digits. */
export function plainDecimal(decimal: string): string {
  const [digits = "0", power] = decimal.toLowerCase().split("e");
  return power === undefined ? digits : shiftDecimal(digits, Number(power));
}
