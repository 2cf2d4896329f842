import { NativeSelect, Select, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answer, http, ifMatch } from "../api/client";
import { EntityForm, FieldGroup } from "../form/EntityForm";
import formStyles from "../form/EntityForm.module.css";
import { AddressFields, CurrencyField, LocaleField, TaxRegionField } from "../form/fields";
import { useEntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { businessQuery } from "../session/locale";
import { useMay } from "../session/session";
import { Page } from "../shell/Page";
import { businessFaults, businessInput, businessValues, type Business, type BusinessValues } from "./settingsForm";
import { say } from "../shell/say";

export function SettingsPage() {
  const t = useT();
  const may = useMay();
  const queries = useQueryClient();
  const { data: business } = useSuspenseQuery(businessQuery);
  const entity = useEntityForm({
    entity: business,
    valuesOf: (from: Business | null) => businessValues(from ?? business),
    check: (values) => businessFaults(values, { needed: t("form.needed"), days: t("settings.daysFault") }),
    save: (values, etag) =>
      answer(
        http.PUT("/billing/settings", {
          body: businessInput(values, business),
          headers: ifMatch(etag ?? business.etag),
        }),
      ),
    reread: () => queries.query({ ...businessQuery, staleTime: 0 }),
    onSaved: (saved) => {
      queries.setQueryData(businessQuery.queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["invoices"] });
      void queries.invalidateQueries({ queryKey: ["session"] });
      say(t("form.saved"));
    },
  });
  const { form } = entity;
  return (
    <Page narrow title={t("settings.title")}>
      <EntityForm entity={entity} canEdit={may("billing:settings:manage")}>
        <FieldGroup title={t("settings.identity")}>
          <TextInput label={t("settings.name")} required {...form.getInputProps("name")} />
          <TextInput
            label={t("settings.legalName")}
            description={t("settings.legalNameHint")}
            required
            {...form.getInputProps("legalName")}
          />
          <TextInput label={t("settings.email")} type="email" {...form.getInputProps("email")} />
          <TextInput label={t("settings.phone")} type="tel" {...form.getInputProps("phone")} />
          <TextInput label={t("settings.taxNumber")} {...form.getInputProps("taxNumber")} />
        </FieldGroup>
        <FieldGroup title={t("settings.address")}>
          <AddressFields form={form} path="address" required />
        </FieldGroup>
        <Conventions form={form} />
        <InvoiceRules form={form} />
      </EntityForm>
    </Page>
  );
}

function Conventions({ form }: { form: UseFormReturnType<BusinessValues> }) {
  const t = useT();
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const current = form.values.timeZone;
  const { onChange, ...zone } = form.getInputProps("timeZone") as { onChange: (value: string) => void };
  return (
    <FieldGroup title={t("settings.conventions")}>
      <CurrencyField form={form} path="currency" label={t("settings.currency")} required />
      <LocaleField form={form} path="locale" label={t("settings.locale")} required />
      <Select
        label={t("settings.timeZone")}
        description={t("settings.timeZoneHint")}
        required
        searchable
        data={zones.includes(current) || !current ? zones : [current, ...zones]}
        {...zone}
        onChange={(value) => onChange(value ?? "")}
      />
      <TextInput
        label={t("settings.paymentDays")}
        required
        inputMode="numeric"
        {...form.getInputProps("paymentDays")}
      />
    </FieldGroup>
  );
}

function InvoiceRules({ form }: { form: UseFormReturnType<BusinessValues> }) {
  const t = useT();
  const toggle = (name: string) => form.getInputProps(name, { type: "checkbox" });
  return (
    <FieldGroup title={t("settings.rules")}>
      <TaxRegionField form={form} path="defaultTaxRegion" label={t("settings.taxRegion")} />
      <NativeSelect
        label={t("settings.taxRounding")}
        data={(["PER_GROUP", "PER_LINE"] as const).map((value) => ({ value, label: t(`taxRounding.${value}`) }))}
        {...form.getInputProps("taxRounding")}
      />
      <Switch className={formStyles.wide} label={t("settings.pricesIncludeTax")} {...toggle("pricesIncludeTax")} />
      <Switch
        className={formStyles.wide}
        label={t("settings.approvalRequired")}
        {...toggle("approvalRequiredForConsumers")}
      />
      <Switch
        className={formStyles.wide}
        label={t("settings.estimateBinding")}
        {...toggle("estimateBindingRequired")}
      />
    </FieldGroup>
  );
}
