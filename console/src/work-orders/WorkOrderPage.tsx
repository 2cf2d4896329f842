import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { codeWords } from "../i18n/codes";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { CopyText } from "../shell/CopyText";
import { Facts, Page, PendingPage, Section } from "../shell/Page";
import { DraftInvoice } from "./DraftInvoice";
import { ScopeLines } from "./ScopeLines";
import { InvoiceReady, WorkOrderStatus } from "./WorkOrderStatus";
import { workOrderQuery, type WorkOrder } from "./queries";

const route = getRouteApi("/inside/work-orders/$workOrderId");

export function WorkOrderPage() {
  const { workOrderId } = route.useParams();
  const workOrder = useQuery(workOrderQuery(workOrderId));
  if (!workOrder.data) return <PendingPage error={workOrder.error} onRetry={() => void workOrder.refetch()} />;
  return <WorkOrderDetail key={workOrderId} workOrder={workOrder.data} />;
}

function WorkOrderDetail({ workOrder }: { workOrder: WorkOrder }) {
  const t = useT();
  const may = useMay();
  const { time } = useFormats();
  const client =
    workOrder.clientId && may("billing:client:view") ? (
      <Link to="/clients/$clientId" params={{ clientId: workOrder.clientId }}>
        {workOrder.clientName ?? workOrder.clientId}
      </Link>
    ) : (
      workOrder.clientName
    );
  return (
    <Page
      title={workOrder.reference}
      parent={{ to: "/work-orders", label: t("workOrders.title") }}
      aside={
        <>
          <WorkOrderStatus status={workOrder.status} />
          <InvoiceReady isReady={workOrder.invoiceReady} />
        </>
      }
    >
      {may("billing:invoice:view") && <DraftInvoice workOrder={workOrder} />}
      <Section title={t("workOrders.details")}>
        <Facts
          facts={[
            [t("workOrders.client"), client],
            [t("workOrders.vehicle"), workOrder.vehicleLabel],
            [t("workOrders.location"), workOrder.locationName],
            [t("workOrders.completedAt"), workOrder.completedAt && time(workOrder.completedAt)],
            [t("workOrders.reportedAt"), time(workOrder.reportedAt)],
            [
              t("workOrders.estimate"),
              workOrder.estimate && <CopyText text={workOrder.estimate.estimateId} label={t("workOrders.estimate")} />,
            ],
            [
              t("workOrders.estimateVersion"),
              workOrder.estimate?.estimateVersionId && (
                <CopyText text={workOrder.estimate.estimateVersionId} label={t("workOrders.estimateVersion")} />
              ),
            ],
          ]}
        />
      </Section>
      <Section title={t("workOrders.lines")}>
        {workOrder.snapshot ? <ScopeLines snapshot={workOrder.snapshot} /> : <None>{t("workOrders.noScope")}</None>}
      </Section>
      <Section title={t("workOrders.approvals")}>
        {workOrder.approvals?.length ? (
          <Facts
            facts={workOrder.approvals.map((approval) => [
              approval.method ? codeWords(approval.method) : t("workOrders.approval"),
              <Stack key={approval.approvalId} gap={2}>
                {time(approval.approvedAt)}
                <CopyText text={approval.approvalId} label={t("workOrders.approval")} />
              </Stack>,
            ])}
          />
        ) : (
          <None>{t("workOrders.noApprovals")}</None>
        )}
      </Section>
      {workOrder.artifactRefs && workOrder.artifactRefs.length > 0 && (
        <Section title={t("workOrders.artifacts")}>
          <Facts
            facts={workOrder.artifactRefs.map((artifact) => [
              codeWords(artifact.type),
              <span key={artifact.artifactRefId}>{artifact.displayName}</span>,
            ])}
          />
        </Section>
      )}
    </Page>
  );
}

function None({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
