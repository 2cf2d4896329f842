import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { english, type English } from "./en";
import { translatorOf, type Translated, type Translator } from "./translate";

export type Language = "en" | "de";
export const LANGUAGES: { code: Language; name: string }[] = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
];

const KEPT = "billhead.language";
/** Languages other than English are fetched when somebody wants them. */
const CATALOGUES: Record<Language, () => Promise<Translated<English>>> = {
  en: () => Promise.resolve(english),
  de: () => import("./de").then((module) => module.german),
};

interface Speech {
  language: Language;
  speak: (language: Language) => void;
  t: Translator<English>;
}

const SpeechContext = createContext<Speech | null>(null);

/** The language kept from last time, else the browser's, else English. */
export function preferredLanguage(kept: string | null, wanted: readonly string[]): Language {
  const known = (tag: string | null) => LANGUAGES.find(({ code }) => tag?.toLowerCase().split("-")[0] === code)?.code;
  return known(kept) ?? wanted.map(known).find((code) => code !== undefined) ?? "en";
}

/** Gives everything below the person's language. Shows nothing until its catalogue is there. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, speak] = useState(() => preferredLanguage(localStorage.getItem(KEPT), navigator.languages));
  const [loaded, setLoaded] = useState<{ language: Language; catalogue: Translated<English> }>();

  useEffect(() => {
    let current = true;
    void CATALOGUES[language]().then((catalogue) => {
      if (!current) return;
      document.documentElement.lang = language;
      localStorage.setItem(KEPT, language);
      setLoaded({ language, catalogue });
    });
    return () => {
      current = false;
    };
  }, [language]);

  const speech = useMemo(
    () => loaded && { language: loaded.language, speak, t: translatorOf<English>(loaded.catalogue, loaded.language) },
    [loaded],
  );
  return speech ? <SpeechContext value={speech}>{children}</SpeechContext> : null;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error("outside of LanguageProvider");
  return speech;
}

/** The translator: `t("invoices.title")`. */
export function useT(): Translator<English> {
  return useSpeech().t;
}
