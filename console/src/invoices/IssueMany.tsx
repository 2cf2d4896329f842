import { Button, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useT } from "../i18n/language";
import { ConfirmAction } from "../shell/ConfirmAction";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Notice } from "../shell/Notice";
import { issueRunQuery, useInvoiceActs, type IssueRun } from "./queries";
import styles from "./IssueMany.module.css";

interface IssueManyProps {
  chosen: string[];
  /** What a draft is called in the list, while it is there. */
  nameOf: (invoiceId: string) => string | undefined;
  onStarted: () => void;
}

/** Issuing the chosen drafts in one run: the bar that offers it, then how far it is, then what was left alone. */
export function IssueMany({ chosen, nameOf, onStarted }: IssueManyProps) {
  const t = useT();
  const { issueMany } = useInvoiceActs();
  const [runId, setRunId] = useState<string | null>(null);
  return (
    <>
      {chosen.length > 0 && (
        <div className={styles.bar}>
          <Text size="sm" fw={550} role="status">
            {t("issueMany.chosen", { count: chosen.length })}
          </Text>
          <ConfirmAction
            label={t("issueMany.label", { count: chosen.length })}
            title={t("issueMany.title", { count: chosen.length })}
            confirmLabel={t("issueMany.confirm")}
            button={{ variant: "filled", size: "xs" }}
            act={(intent) => issueMany(chosen, intent)}
            onDone={(run) => {
              setRunId(run.issueRunId);
              onStarted();
            }}
          >
            {t("issueMany.words")}
          </ConfirmAction>
        </div>
      )}
      {runId && <RunProgress key={runId} runId={runId} nameOf={nameOf} onClose={() => setRunId(null)} />}
    </>
  );
}

interface RunProps {
  runId: string;
  nameOf: IssueManyProps["nameOf"];
  onClose: () => void;
}

function RunProgress({ runId, nameOf, onClose }: RunProps) {
  const t = useT();
  const run = useQuery(issueRunQuery(runId));
  const queries = useQueryClient();
  const finishedAt = run.data?.finishedAt;
  useEffect(() => {
    if (finishedAt) void queries.invalidateQueries({ queryKey: ["invoices"] });
  }, [finishedAt, queries]);

  if (run.isError) return <ErrorNotice error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return null;
  if (finishedAt) return <RunResult run={run.data} nameOf={nameOf} onClose={onClose} />;
  const { total, issued, refused } = run.data;
  const share = total === 0 ? 100 : ((issued + refused) * 100) / total;
  return (
    <Stack gap={6} className={styles.run}>
      <Text size="sm" role="status">
        {t("issueMany.progress", { done: issued + refused, total })}
      </Text>
      <Progress value={share} aria-label={t("issueMany.progressLabel")} />
    </Stack>
  );
}

interface RunResultProps {
  run: IssueRun;
  nameOf: IssueManyProps["nameOf"];
  onClose: () => void;
}

function RunResult({ run, nameOf, onClose }: RunResultProps) {
  const t = useT();
  const foot = (
    <Button size="xs" variant="default" onClick={onClose}>
      {t("common.close")}
    </Button>
  );
  return (
    <div className={styles.run}>
      <Notice tone={run.refused > 0 ? "warn" : "good"} title={t("issueMany.issued", { count: run.issued })} foot={foot}>
        {run.refused > 0 && t("issueMany.refused", { count: run.refused })}
        {run.refusals.length > 0 && (
          <ul>
            {run.refusals.slice(0, 20).map(({ invoiceId, errorCode }) => (
              <li key={invoiceId}>
                <Link to="/invoices/$invoiceId" params={{ invoiceId }}>
                  {nameOf(invoiceId) ?? t("issueMany.draft", { id: invoiceId.slice(-8) })}
                </Link>
                {": "}
                {t.code("error", errorCode) ?? t.code("blocker", errorCode) ?? errorCode}
              </li>
            ))}
          </ul>
        )}
      </Notice>
    </div>
  );
}
