import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { isRefused, Unreachable, type Refused } from "../api/refusal";
import { faultsOf, type FormFaults } from "../form/faults";
import { useT } from "../i18n/language";
import type { Translator } from "../i18n/translate";
import type { English } from "../i18n/en";
import { CopyText } from "./CopyText";
import { Notice } from "./Notice";

/** What a failed call says to the person: words by its code, else the server's own. */
export function errorWords(error: unknown, t: Translator<English>): string {
  if (error instanceof Unreachable) return t("error.unreachable");
  if (!isRefused(error)) return t("error.unexpected");
  const reason = error.body.reasonCode && t.code("reason", error.body.reasonCode);
  const words = reason || t.code("error", error.code);
  if (words) return words;
  if (error.status >= 500) return t("error.server");
  return error.body.fieldErrors ? t("error.INVALID_REQUEST") : error.body.message;
}

interface ErrorNoticeProps {
  error: unknown;
  onRetry?: () => void;
  /** More ways out, beside "try again". */
  actions?: ReactNode;
  /** What is said under the inputs of a form already; without it every fault is said here. */
  faults?: FormFaults | null;
}

/** A refusal or failure, in place: what, how many fields, and what support needs to find it in the logs. */
export function ErrorNotice({ error, onRetry, actions, faults }: ErrorNoticeProps) {
  const t = useT();
  const refused = isRefused(error) ? error : null;
  const foot = (
    <>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          {t("common.retry")}
        </Button>
      )}
      {actions}
      {refused?.body.correlationId && (
        <span>
          {t("error.reference")} <CopyText text={refused.body.correlationId} label={t("error.reference")} />
        </span>
      )}
    </>
  );
  return (
    <Notice tone="bad" title={errorWords(error, t)} foot={foot}>
      {refused && <Details refused={refused} faults={faults ?? { placed: {}, loose: faultsOf(refused, t) }} />}
    </Notice>
  );
}

function Details({ refused, faults }: { refused: Refused; faults: FormFaults }) {
  const t = useT();
  const { missingFields, blockers } = refused.body;
  const lines = [
    ...faults.loose.map(({ path, words }) => `${path}: ${words}`),
    ...(missingFields ?? []).map((field) => t.code("missing", field) ?? field),
    ...(blockers ?? []).map((blocker) => t.code("blocker", blocker.code) ?? blocker.message),
  ];
  const count = Object.keys(faults.placed).length;
  return (
    <>
      {count > 0 && <p>{t("error.fields", { count })}</p>}
      {lines.length > 0 && (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  );
}
