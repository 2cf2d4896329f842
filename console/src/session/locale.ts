import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
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

/** How money, numbers and times are written here. Times are told in the business's time zone. */
export function useFormats() {
  const { language } = useSpeech();
  const { data: business } = useSuspenseQuery(businessQuery);
  const { data: exponents } = useSuspenseQuery(currenciesQuery);
  const locale = displayLocale(language, business.locale);
  return {
    locale,
    exponents,
    currency: business.currency,
    money: (amount: number | string, currency: string) => formatMinor(amount, currency, exponents, locale),
    unitPrice: (price: string, currency: string) => formatUnitPrice(price, currency, exponents, locale),
    decimal: (value: string | number) => formatDecimal(value, locale),
    date: (day: string) => formatDay(day, locale),
    time: (moment: string) => formatMoment(moment, locale, business.timeZone),
  };
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
