import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answer, http } from "../api/client";
import { useSpeech } from "../i18n/language";
import { formatDecimal, formatMinor, formatUnitPrice, type Exponents } from "../money/format";

export const currenciesQuery = queryOptions({
  queryKey: ["currencies"],
  queryFn: async (): Promise<Exponents> => {
    const { items } = await answer(http.GET("/billing/meta/currencies"));
    return new Map(items.map(({ code, exponent }) => [code, exponent]));
  },
  staleTime: Infinity,
});

export const businessQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: () => answer(http.GET("/billing/settings")),
  staleTime: 5 * 60_000,
});

/** The locale in which numbers and dates are shown: the business's, where it is of the person's language. */
export function displayLocale(language: string, businessLocale: string): string {
  const wanted = businessLocale.replaceAll("_", "-");
  return wanted.split("-")[0] === language ? wanted : language;
}

export interface Formats {
  /** Numbers and dates are written as in this one. */
  locale: string;
  exponents: Exponents;
  /** The business's own currency. */
  currency: string;
  timeZone: string;
  money: (amount: number | string, currency: string) => string;
  unitPrice: (price: string, currency: string) => string;
  decimal: (value: string | number) => string;
  date: (day: string) => string;
  time: (moment: string) => string;
}

/** How money, numbers and times are written here. Times are told in the business's time zone. */
export function useFormats(): Formats {
  const { language } = useSpeech();
  const { data: business } = useSuspenseQuery(businessQuery);
  const { data: exponents } = useSuspenseQuery(currenciesQuery);
  return useMemo(() => {
    const { currency, timeZone } = business;
    const locale = displayLocale(language, business.locale);
    return {
      locale,
      exponents,
      currency,
      timeZone,
      money: (amount, of) => formatMinor(amount, of, exponents, locale),
      unitPrice: (price, of) => formatUnitPrice(price, of, exponents, locale),
      decimal: (value) => formatDecimal(value, locale),
      date: (day) => formatDay(day, locale),
      time: (moment) => formatMoment(moment, locale, timeZone),
    };
  }, [language, business, exponents]);
}

/** An ISO date for people; it has no time zone. */
export function formatDay(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** A moment (UTC on the wire) in the business's time zone. */
export function formatMoment(moment: string, locale: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  return format.format(new Date(moment));
}

/** Every currency the API knows, by code and name. */
export function currencyNames(exponents: Exponents, language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: "currency" });
  return [...exponents.keys()].sort().map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}
