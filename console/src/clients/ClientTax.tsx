import { NativeSelect, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { FieldGroup } from "../form/EntityForm";
import { ChoiceField, TaxRegionField } from "../form/fields";
import { Rows } from "../form/Rows";
import { useT } from "../i18n/language";
import type { ClientValues } from "./clientForm";
import { taxIdSchemesQuery } from "./queries";

const TREATMENTS = ["STANDARD", "EXEMPT", "REVERSE_CHARGE", "ZERO"] as const;

/** How a client is taxed, and what must be there before an invoice of theirs is issued. */
export function ClientTax({ form }: { form: UseFormReturnType<ClientValues> }) {
  const t = useT();
  const schemes = useQuery(taxIdSchemesQuery);
  const schemeOptions = (schemes.data?.items ?? []).map(({ scheme, name }) => ({ value: scheme, label: name }));
  return (
    <>
      <FieldGroup title={t("clients.tax")}>
        <NativeSelect
          label={t("clients.treatment")}
          data={TREATMENTS.map((value) => ({ value, label: t(`treatment.${value}`) }))}
          {...form.getInputProps("taxTreatment")}
        />
        <TextInput
          label={t("clients.taxReason")}
          description={t("clients.taxReasonHint")}
          required={form.values.taxTreatment !== "STANDARD"}
          disabled={form.values.taxTreatment === "STANDARD"}
          {...form.getInputProps("taxReason")}
        />
        <TaxRegionField
          form={form}
          path="taxRegion"
          label={t("clients.taxRegion")}
          description={t("form.defaultHint")}
        />
        <ChoiceField form={form} path="pricesIncludeTax" label={t("clients.pricesIncludeTax")} />
        <ChoiceField
          form={form}
          path="approvalRequired"
          label={t("clients.approvalRequired")}
          description={t("clients.approvalHint")}
        />
      </FieldGroup>
      <FieldGroup title={t("clients.taxIds")} hint={t("clients.taxIdsHint")}>
        <Rows
          count={form.values.taxIds.length}
          name={(place) => t("clients.taxId", { number: place + 1 })}
          addLabel={t("clients.addTaxId")}
          onAdd={() => form.insertListItem("taxIds", { scheme: "", value: "" })}
          onRemove={(place) => form.removeListItem("taxIds", place)}
          row={(place) => (
            <>
              <Select
                label={t("clients.taxIdScheme")}
                required
                searchable
                data={schemeOptions}
                {...form.getInputProps(`taxIds.${place}.scheme`)}
              />
              <TextInput label={t("clients.taxIdValue")} required {...form.getInputProps(`taxIds.${place}.value`)} />
            </>
          )}
        />
      </FieldGroup>
    </>
  );
}
