import { NativeSelect, Skeleton, Table, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { EntityForm, FieldGroup } from "../form/EntityForm";
import { EntityGate } from "../form/EntityGate";
import { useEntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { useMay } from "../session/session";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Notice } from "../shell/Notice";
import { Page, Section } from "../shell/Page";
import { getSeries, saveSeries, seriesAuditQuery, seriesQuery, type Series } from "./queries";
import { say } from "../shell/say";

/** The places that a pattern can have, as they are written in it. */
const PLACES = { year: "{YYYY}", shortYear: "{YY}", month: "{MM}", digits: "{NNNN}" };

const route = getRouteApi("/inside/number-series/$seriesId");

export function SeriesPage() {
  const { seriesId } = route.useParams();
  return (
    <EntityGate id={seriesId} query={seriesQuery(seriesId)}>
      {(series) => series && <SeriesEditor key={seriesId} series={series} />}
    </EntityGate>
  );
}

function SeriesEditor({ series }: { series: Series }) {
  const t = useT();
  const may = useMay();
  const queries = useQueryClient();
  const entity = useEntityForm({
    entity: series,
    valuesOf: (from: Series | null) => ({ pattern: from?.pattern ?? "", reset: from?.reset ?? "NEVER" }),
    save: (values, etag) => saveSeries(series.numberSeriesId, values, etag ?? series.etag),
    reread: () => getSeries(series.numberSeriesId),
    onSaved: (saved) => {
      queries.setQueryData(seriesQuery(saved.numberSeriesId).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["number-series", "list"] });
      say(t("form.saved"));
    },
  });
  const { form } = entity;
  return (
    <Page
      narrow
      title={t.code("seriesCode", series.code) ?? series.code}
      parent={{ to: "/number-series", label: t("series.title") }}
    >
      <EntityForm entity={entity} canEdit={may("billing:number-series:manage")}>
        <FieldGroup title={t("series.format")} hint={t("series.formatHint", { next: series.nextValue })}>
          <TextInput
            label={t("series.pattern")}
            description={t("series.patternHint", PLACES)}
            required
            {...form.getInputProps("pattern")}
          />
          <NativeSelect
            label={t("series.reset")}
            data={(["NEVER", "YEARLY"] as const).map((value) => ({ value, label: t(`reset.${value}`) }))}
            {...form.getInputProps("reset")}
          />
        </FieldGroup>
      </EntityForm>
      <SeriesProof seriesId={series.numberSeriesId} />
    </Page>
  );
}

/** The ledger of the series, period by period, and whether it is whole. */
function SeriesProof({ seriesId }: { seriesId: string }) {
  const t = useT();
  const audit = useQuery(seriesAuditQuery(seriesId));
  return (
    <Section title={t("series.proof")}>
      {audit.isPending && <Skeleton height={80} />}
      {audit.isError && <ErrorNotice error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.data && (
        <>
          <Notice
            tone={audit.data.proven ? "good" : "bad"}
            title={audit.data.proven ? t("series.proven") : t("series.notProven")}
          >
            {!audit.data.proven && [...audit.data.withoutDocument, ...audit.data.wrongNumber].slice(0, 50).join(", ")}
          </Notice>
          {audit.data.periods.length > 0 && (
            <Table mt="md" className="tabular" aria-label={t("series.proof")}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("series.period")}</Table.Th>
                  <Table.Th ta="end">{t("series.last")}</Table.Th>
                  <Table.Th ta="end">{t("series.issued")}</Table.Th>
                  <Table.Th ta="end">{t("series.cancelled")}</Table.Th>
                  <Table.Th ta="end">{t("series.missing")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {audit.data.periods.map((period) => (
                  <Table.Tr key={period.period}>
                    <Table.Td>{period.period || t("series.allTime")}</Table.Td>
                    <Table.Td ta="end">{period.last}</Table.Td>
                    <Table.Td ta="end">{period.issued}</Table.Td>
                    <Table.Td ta="end">{period.cancelled}</Table.Td>
                    <Table.Td ta="end">{period.missing.length}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </>
      )}
    </Section>
  );
}
