import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { codeWords } from "../i18n/codes";
import { useT } from "../i18n/language";
import { useMay } from "../session/session";
import { CopyIcon, CopyText } from "../shell/CopyText";
import { resolveLink } from "../shell/links";
import styles from "./InvoicePage.module.css";
import type { Traceability } from "./queries";

/** Where an invoice's lines come from (BILL-DEC-004). Ids are links where this console has the page, else to be copied. */
export function TraceabilityPanel({ trace }: { trace: Traceability }) {
  const t = useT();
  return (
    <dl className={styles.trace}>
      <Row name={t("trace.workOrder")}>
        <TraceId id={trace.sourceWorkOrderId} label={t("trace.workOrder")} trace={trace} />
      </Row>
      <Row name={t("trace.snapshot")}>
        <TraceId id={trace.sourceBillableScopeSnapshotId} label={t("trace.snapshot")} trace={trace} />
      </Row>
      <Row name={t("trace.schema")}>{trace.sourceSchemaVersion}</Row>
      <Row name={t("trace.estimate")}>
        <TraceId id={trace.sourceEstimateId} label={t("trace.estimate")} trace={trace} />
      </Row>
      <Row name={t("trace.estimateVersion")}>
        <TraceId id={trace.sourceEstimateVersionId} label={t("trace.estimateVersion")} trace={trace} />
      </Row>
      <Row name={t("trace.approvals")}>
        {trace.sourceApprovalIds.length === 0
          ? t("trace.none")
          : trace.sourceApprovalIds.map((id) => (
              <div key={id}>
                <TraceId id={id} label={t("trace.approval")} trace={trace} />
              </div>
            ))}
      </Row>
      <Row name={t("trace.artifacts")}>
        {trace.artifactRefs.length === 0
          ? t("trace.none")
          : trace.artifactRefs.map(({ artifactRefId, displayName, type }) => (
              <div key={artifactRefId}>
                {displayName} <span className={styles.note}>{codeWords(type)}</span>
              </div>
            ))}
      </Row>
    </dl>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.traceRow}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TraceId({ id, label, trace }: { id: string | null; label: string; trace: Traceability }) {
  const t = useT();
  const may = useMay();
  if (id === null) return t("trace.none");
  const target = trace.links.find(({ targetId }) => targetId === id);
  const link = target && resolveLink(target, may);
  if (!link) return <CopyText text={id} label={label} />;
  return (
    <>
      <Link {...link}>
        <code>{id}</code>
      </Link>{" "}
      <CopyIcon text={id} label={label} />
    </>
  );
}
