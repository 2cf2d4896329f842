import { describe, expect, it } from "vitest";
import { editDecimal, parseDecimal, parseMinor, parseUnitPrice, shiftDecimal } from "../src/money/decimal";
import { formatDecimal, formatMinor, formatUnitPrice } from "../src/money/format";

const EXPONENTS = new Map([
  ["USD", 2],
  ["EUR", 2],
  ["HUF", 2],
  ["JPY", 0],
  ["KWD", 3],
  ["CLF", 4],
]);

/** Typographic spaces as plain ones, so that a table of cases can be read. */
function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, " ");
}

describe("formatMinor", () => {
  it.each([
    [123450, "USD", "en-US", "$1,234.50"],
    [-5, "USD", "en-US", "-$0.05"],
    [0, "USD", "en-US", "$0.00"],
    [123450, "EUR", "de-DE", "1.234,50 €"],
    [1050, "JPY", "en-US", "¥1,050"],
    [1050, "KWD", "en-US", "KWD 1.050"],
    [123450, "HUF", "en-US", "HUF 1,234.50"],
    [12345, "CLF", "en-US", "CLF 1.2345"],
    [999999999999999, "USD", "en-US", "$9,999,999,999,999.99"],
  ])("%d %s in %s is %s", (amount, currency, locale, expected) => {
    expect(plain(formatMinor(amount, currency, EXPONENTS, locale))).toBe(expected);
  });

  it("shows an unknown currency as it is stored, never in guessed places", () => {
    expect(formatMinor(1050, "ZZZ", EXPONENTS, "en-US")).toBe("1050 ZZZ");
  });
});

describe("formatUnitPrice", () => {
  it.each([
    ["16500", "USD", "$165.00"],
    ["0.04", "USD", "$0.0004"],
    ["16500.000000000000", "USD", "$165.00"],
    ["4E-12", "USD", "$0.00000000000004"],
    ["1.5", "JPY", "¥1.5"],
  ])("%s minor units of %s are %s", (price, currency, expected) => {
    expect(formatUnitPrice(price, currency, EXPONENTS, "en-US")).toBe(expected);
  });
});

describe("formatDecimal", () => {
  it.each([
    ["2.500000", "en-US", "2.5"],
    ["1234567.000001", "de-DE", "1.234.567,000001"],
    ["1E+3", "en-US", "1,000"],
  ])("%s in %s is %s", (value, locale, expected) => {
    expect(formatDecimal(value, locale)).toBe(expected);
  });
});

describe("parseDecimal", () => {
  it.each([
    ["1,234.50", "en-US", "1234.5"],
    ["1234.50", "en-US", "1234.5"],
    [".5", "en-US", "0.5"],
    ["5.", "en-US", "5"],
    ["-0.10", "en-US", "-0.1"],
    ["007", "en-US", "7"],
    ["1.234,50", "de-DE", "1234.5"],
    ["1234,5", "de-DE", "1234.5"],
    ["1 234,5", "fr-FR", "1234.5"],
    ["1'234.5", "de-CH", "1234.5"],
    ["  12 ", "en-US", "12"],
    ["−3", "en-US", "-3"],
  ])("reads %s in %s as %s", (written, locale, value) => {
    expect(parseDecimal(written, locale)).toEqual({ ok: true, value });
  });

  it.each([
    ["", "en-US", "empty"],
    ["1,5", "en-US", "not-a-number"],
    ["1.5.0", "en-US", "not-a-number"],
    ["12,34,567.8", "en-US", "not-a-number"],
    ["1.5", "de-DE", "not-a-number"],
    ["1e5", "en-US", "not-a-number"],
    ["$5", "en-US", "not-a-number"],
    ["-", "en-US", "not-a-number"],
    [".", "en-US", "not-a-number"],
  ])("refuses %s in %s: %s", (written, locale, fault) => {
    expect(parseDecimal(written, locale)).toEqual({ ok: false, fault });
  });
});

describe("parseMinor", () => {
  it.each([
    ["1,234.50", 2, 123450],
    ["0.29", 2, 29],
    ["1.1", 2, 110],
    ["1050", 0, 1050],
    ["1.050", 3, 1050],
    ["-3", 2, -300],
    ["10,000,000,000,000.00", 2, 1_000_000_000_000_000],
  ])("%s at exponent %d is %d", (written, exponent, value) => {
    expect(parseMinor(written, exponent, "en-US")).toEqual({ ok: true, value });
  });

  it("refuses what would have to be rounded", () => {
    expect(parseMinor("0.001", 2, "en-US")).toEqual({ ok: false, fault: "too-many-places" });
    expect(parseMinor("1.5", 0, "en-US")).toEqual({ ok: false, fault: "too-many-places" });
  });

  it("refuses more than the API takes", () => {
    expect(parseMinor("10,000,000,000,000.01", 2, "en-US")).toEqual({ ok: false, fault: "too-large" });
  });

  it("is the inverse of what is shown for editing", () => {
    for (const amount of [0, 1, 9, 10, 99, 100, 12345, 999999999999999, -1, -250]) {
      for (const [exponent, locale] of [
        [0, "en-US"],
        [2, "de-DE"],
        [3, "fr-FR"],
        [4, "en-US"],
      ] as const) {
        const shown = editDecimal(shiftDecimal(String(amount), -exponent), locale);
        expect(parseMinor(shown, exponent, locale)).toEqual({ ok: true, value: amount });
      }
    }
  });
});

describe("parseUnitPrice", () => {
  it.each([
    ["0.0004", "0.04"],
    ["165", "16500"],
    ["0.00000000000001", "0.000000000001"],
  ])("%s is %s minor units", (written, value) => {
    expect(parseUnitPrice(written, 2, "en-US")).toEqual({ ok: true, value });
  });

  it("has at most twelve places", () => {
    expect(parseUnitPrice("0.000000000000001", 2, "en-US")).toEqual({ ok: false, fault: "too-many-places" });
  });
});
