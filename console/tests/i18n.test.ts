import { describe, expect, it } from "vitest";
import type { Wire } from "../src/api/wire";
import { german } from "../src/i18n/de";
import { english } from "../src/i18n/en";
import { preferredLanguage } from "../src/i18n/language";
import { translatorOf, type Message, type Messages } from "../src/i18n/translate";
import { displayLocale, formatDay, formatMoment } from "../src/session/locale";
import { today } from "../src/session/today";

function namesIn(message: Message): string[] {
  const text = typeof message === "string" ? message : Object.values(message).join(" ");
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))].sort();
}

describe("catalogues", () => {
  const sources = Object.entries(english as Messages);
  const translations: Messages = german;

  it("have the same names in the same message of every language", () => {
    const different = sources.filter(([key, message]) => {
      return namesIn(translations[key] ?? "").join() !== namesIn(message).join();
    });
    expect(different).toEqual([]);
  });

  it("have words for every code of a field", () => {
    const everyCode: Record<`fault.${Wire["FaultCode"]}`, string> = english;
    expect(everyCode["fault.REQUIRED"]).not.toBe("");
  });

  it("have plurals in every language or in none", () => {
    expect(sources.filter(([key, message]) => typeof translations[key] !== typeof message)).toEqual([]);
  });
});

describe("translator", () => {
  const t = translatorOf<typeof english>(english, "en");
  const de = translatorOf<typeof english>(german, "de");

  it("fills names and chooses plural forms", () => {
    expect(t("issueMany.chosen", { count: 1 })).toBe("1 draft chosen");
    expect(t("issueMany.chosen", { count: 1234 })).toBe("1,234 drafts chosen");
    expect(de("issueMany.chosen", { count: 1234 })).toBe("1.234 Entwürfe gewählt");
    expect(t("void.title", { number: "INV-1" })).toBe("Void INV-1?");
  });

  it("leaves a text alone that comes in as a value", () => {
    expect(t("void.title", { number: "{number} $& {x}" })).toBe("Void {number} $& {x}?");
  });

  it("knows that it has no words for a code", () => {
    expect(t.code("blocker", "MISSING_APPROVAL")).toBe(english["blocker.MISSING_APPROVAL"]);
    expect(t.code("blocker", "NEW_CODE")).toBeUndefined();
  });
});

describe("language and locale", () => {
  it.each([
    ["de", ["en-US"], "de"],
    [null, ["fr-FR", "de-AT"], "de"],
    [null, ["fr-FR"], "en"],
    ["xx", [], "en"],
  ])("kept %s, wanted %j: %s", (kept, wanted, expected) => {
    expect(preferredLanguage(kept, wanted)).toBe(expected);
  });

  it.each([
    ["en", "en_GB", "en-GB"],
    ["en", "de-DE", "en"],
    ["de", "de-CH", "de-CH"],
  ])("a person who reads %s in a business of %s sees %s", (language, business, expected) => {
    expect(displayLocale(language, business)).toBe(expected);
  });

  it("writes days without a time zone and moments in the business's", () => {
    expect(formatDay("2026-03-01", "de-DE")).toBe("01.03.2026");
    expect(formatMoment("2026-03-01T02:30:00Z", "de-DE", "America/Los_Angeles")).toBe("28.02.2026, 18:30");
    expect(today("America/Los_Angeles", new Date("2026-03-01T02:30:00Z"))).toBe("2026-02-28");
  });
});
