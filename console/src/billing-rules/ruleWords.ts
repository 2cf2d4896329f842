import { useMemo } from "react";
import { useT } from "../i18n/language";
import type { Option, RuleOptions } from "./queries";
import type { RuleField } from "./rulesForm";

/** A value of the form in words: the label of a code, yes or no, or the text itself. */
export function useRuleWords(options: RuleOptions): (field: RuleField, value: string | boolean) => string {
  const t = useT();
  return useMemo(() => {
    const { terms, methods, groupings, scopes } = options;
    const all: Option[] = [...terms, ...methods, ...groupings, ...scopes];
    const labels = new Map(all.map(({ code, label }): [string, string] => [code, label]));
    return (field, value) => {
      if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
      if (field === "approvalRequired" || field === "estimateBindingRequired") {
        return value === "default" ? t("form.default") : value === "yes" ? t("common.yes") : t("common.no");
      }
      return (field === "poFormatRegex" ? value : (labels.get(value) ?? value)) || t("rules.none");
    };
  }, [t, options]);
}
