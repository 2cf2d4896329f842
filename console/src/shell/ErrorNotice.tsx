import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { isRefused, Unreachable, type Refused } from "../api/refusal";
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
  return reason || (t.code("error", error.code) ?? (error.status >= 500 ? t("error.server") : error.body.message));
}

interface ErrorNoticeProps {
  error: unknown;
  onRetry?: () => void;
  /** More ways out, beside "try again". */
  actions?: ReactNode;
}

/** A refusal or failure, in place: what, which fields, and what support needs to find it in the logs. */
export function ErrorNotice({ error, onRetry, actions }: ErrorNoticeProps) {
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
      {refused && <Details refused={refused} />}
    </Notice>
  );
}

function Details({ refused }: { refused: Refused }) {
  const t = useT();
  const { fieldErrors, missingFields, blockers } = refused.body;
  const lines = [
    ...Object.entries(fieldErrors ?? {}).map(([path, words]) => `${path}: ${words}`),
    ...(missingFields ?? []).map((field) => t.code("missing", field) ?? field),
    ...(blockers ?? []).map((blocker) => t.code("blocker", blocker.code) ?? blocker.message),
  ];
  if (lines.length === 0) return null;
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
