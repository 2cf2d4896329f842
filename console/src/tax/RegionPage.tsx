import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { isRefused } from "../api/refusal";
import { EntityForm, FieldGroup } from "../form/EntityForm";
import formStyles from "../form/EntityForm.module.css";
import { EntityGate } from "../form/EntityGate";
import { CountryField } from "../form/fields";
import { useEntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { ConfirmAction } from "../shell/ConfirmAction";
import { Page } from "../shell/Page";
import { RateRows } from "./RateRows";
import { deleteRegion, getRegion, regionQuery, saveRegion, type Region } from "./queries";
import { regionFaults, regionInput, regionValues } from "./regionForm";
import { say } from "../shell/say";

const route = getRouteApi("/inside/tax-regions/$regionId");

export function RegionPage() {
  const { regionId } = route.useParams();
  return (
    <EntityGate id={regionId} query={regionQuery(regionId)}>
      {(region) => <RegionEditor key={regionId} region={region} />}
    </EntityGate>
  );
}

function RegionEditor({ region }: { region: Region | null }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { locale } = useFormats();
  const entity = useEntityForm({
    entity: region,
    valuesOf: (from: Region | null) => regionValues(from, locale),
    check: (values) =>
      regionFaults(values, locale, { needed: t("form.needed"), decimal: (fault) => t(`decimal.${fault}`) }),
    save: (values, etag, key) => saveRegion(region?.taxRegionId ?? null, regionInput(values, locale), etag, key),
    reread: region ? () => getRegion(region.taxRegionId) : undefined,
    onSaved: (saved) => {
      queries.setQueryData(regionQuery(saved.taxRegionId).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["tax-regions"], refetchType: "none" });
      // Drafts are taxed anew with what the rates are now.
      void queries.invalidateQueries({ queryKey: ["invoices"] });
      say(t("form.saved"));
      if (!region) {
        void navigate({ to: "/tax-regions/$regionId", params: { regionId: saved.taxRegionId }, replace: true });
      }
    },
  });
  const { form } = entity;
  const canEdit = may("billing:tax:manage");
  const needsReason = isRefused(entity.error, "TAX_RATE_IN_FORCE") || form.values.correctionReason !== "";
  return (
    <Page
      narrow
      title={region ? region.name : t("regions.new")}
      parent={{ to: "/tax-regions", label: t("regions.title") }}
      actions={region && canEdit && <DeleteRegion region={region} />}
    >
      <EntityForm entity={entity} canEdit={canEdit} saveLabel={region ? undefined : t("regions.create")}>
        <FieldGroup title={t("regions.identity")}>
          <TextInput
            label={t("regions.code")}
            description={t("regions.codeHint")}
            required
            readOnly={region !== null}
            autoFocus={!region}
            {...form.getInputProps("code")}
          />
          <TextInput label={t("regions.name")} required {...form.getInputProps("name")} />
          <CountryField form={form} path="country" label={t("regions.country")} required />
        </FieldGroup>
        <FieldGroup title={t("regions.rates")} hint={t("regions.ratesHint")}>
          <RateRows form={form} />
          {needsReason && (
            <TextInput
              className={formStyles.wide}
              label={t("regions.correctionReason")}
              description={t("regions.correctionHint")}
              autoFocus
              {...form.getInputProps("correctionReason")}
            />
          )}
        </FieldGroup>
      </EntityForm>
    </Page>
  );
}

function DeleteRegion({ region }: { region: Region }) {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      label={t("common.delete")}
      title={t("regions.deleteTitle", { code: region.code })}
      confirmLabel={t("common.delete")}
      danger
      act={() => deleteRegion(region)}
      onDone={() => {
        queries.removeQueries({ queryKey: regionQuery(region.taxRegionId).queryKey });
        void queries.invalidateQueries({ queryKey: ["tax-regions"] });
        void navigate({ to: "/tax-regions" });
      }}
    >
      {t("regions.deleteWords")}
    </ConfirmAction>
  );
}
