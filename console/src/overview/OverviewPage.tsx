import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link, Navigate, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { answer, http } from "../api/client";
import { useT } from "../i18n/language";
import { useInvoiceColumns } from "../invoices/invoiceColumns";
import { latestInvoicesQuery } from "../invoices/queries";
import { DataTable } from "../list/DataTable";
import { useFormats } from "../session/locale";
import { useMay, useSession } from "../session/session";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Page, Section } from "../shell/Page";
import styles from "./OverviewPage.module.css";

const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: () => answer(http.GET("/billing/overview")),
});

/** The start page: what waits for somebody, and what is owed. */
export function OverviewPage() {
  const may = useMay();
  return may("billing:invoice:view") ? <Figures /> : <Navigate to="/settings" replace />;
}

function Figures() {
  const t = useT();
  const may = useMay();
  const { name } = useSession();
  const { money } = useFormats();
  const overview = useQuery(overviewQuery);
  if (overview.isError) {
    return (
      <Page title={t("overview.title")}>
        <ErrorNotice error={overview.error} onRetry={() => void overview.refetch()} />
      </Page>
    );
  }
  const data = overview.data;
  return (
    <Page title={t("overview.hello", { name: name.split(" ")[0] ?? name })}>
      <Section title={t("overview.waiting")}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          {may("billing:workorder:view") && (
            <Figure
              label={t("overview.ready")}
              value={data && String(data.readyWorkOrders)}
              link={{ to: "/work-orders", search: { status: "COMPLETED", invoiceReady: true, invoiced: false } }}
            />
          )}
          <Figure
            label={t("overview.drafts")}
            value={data && String(data.drafts)}
            link={{ to: "/invoices", search: { status: "DRAFT" } }}
          />
        </SimpleGrid>
      </Section>
      {data?.standings.map((standing) => (
        <Section key={standing.currency} title={t("overview.standing", { currency: standing.currency })}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <Figure
              label={t("overview.outstanding")}
              value={money(standing.outstanding, standing.currency)}
              link={{ to: "/invoices", search: { status: "ISSUED" } }}
            />
            <Figure
              label={t("overview.overdue")}
              value={money(standing.overdue, standing.currency)}
              link={{ to: "/invoices", search: { overdue: true } }}
            />
          </SimpleGrid>
        </Section>
      ))}
      <Latest />
    </Page>
  );
}

/** The newest invoices: where somebody who comes back usually goes on. */
function Latest() {
  const t = useT();
  const latest = useQuery(latestInvoicesQuery);
  const columns = useInvoiceColumns();
  if (latest.data?.items.length === 0) return null;
  return (
    <Section title={t("overview.latest")} actions={<Link to="/invoices">{t("overview.allInvoices")}</Link>}>
      {latest.isError ? (
        <ErrorNotice error={latest.error} onRetry={() => void latest.refetch()} />
      ) : (
        <DataTable
          label={t("overview.latest")}
          columns={columns}
          rows={latest.data?.items ?? []}
          rowId={(row) => row.invoiceId}
          isPending={latest.isPending}
        />
      )}
    </Section>
  );
}

interface FigureProps {
  label: string;
  value: string | undefined;
  link: LinkProps;
}

function Figure({ label, value, link }: FigureProps): ReactNode {
  return (
    <Link {...link} className={styles.figure}>
      <Text component="span" size="sm" c="dimmed">
        {label}
      </Text>
      {value === undefined ? <Skeleton height={30} width={90} /> : <span className={styles.value}>{value}</span>}
    </Link>
  );
}
