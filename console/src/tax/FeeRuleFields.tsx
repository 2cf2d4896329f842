import { Checkbox, Group, NativeSelect, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { FieldGroup } from "../form/EntityForm";
import formStyles from "../form/EntityForm.module.css";
import { CurrencyField } from "../form/fields";
import { Rows } from "../form/Rows";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import type { FeeRuleValues } from "./feeRuleForm";

const LINE_KINDS = ["LABOR", "PART", "SERVICE", "PRODUCT", "FEE", "OTHER"] as const;

interface FeeRuleFieldsProps {
  form: UseFormReturnType<FeeRuleValues>;
}

export function FeeRuleFields({ form, isNew }: FeeRuleFieldsProps & { isNew: boolean }) {
  const t = useT();
  const isPercent = form.values.basis === "PERCENT";
  return (
    <>
      <FieldGroup title={t("fees.identity")}>
        <TextInput label={t("fees.code")} required autoFocus={isNew} {...form.getInputProps("code")} />
        <TextInput label={t("fees.name")} description={t("fees.nameHint")} required {...form.getInputProps("name")} />
        <TextInput type="date" label={t("fees.validFrom")} required {...form.getInputProps("validFrom")} />
        <TextInput
          type="date"
          label={t("fees.validTo")}
          description={t("fees.validToHint")}
          {...form.getInputProps("validTo")}
        />
        <Switch label={t("common.active")} {...form.getInputProps("active", { type: "checkbox" })} />
      </FieldGroup>
      <FieldGroup title={t("fees.charge")}>
        <NativeSelect
          label={t("fees.basis")}
          data={[
            { value: "PERCENT", label: t("fees.percentBasis") },
            { value: "FIXED", label: t("fees.fixedBasis") },
          ]}
          {...form.getInputProps("basis")}
        />
        {isPercent && (
          <TextInput label={t("fees.percent")} required inputMode="decimal" {...form.getInputProps("percent")} />
        )}
        <Amounts form={form} name={isPercent ? "caps" : "amounts"} />
      </FieldGroup>
      <FieldGroup title={t("fees.scope")} hint={t("fees.scopeHint")}>
        <Checkbox.Group className={formStyles.wide} label={t("fees.appliesTo")} {...form.getInputProps("appliesTo")}>
          <Group mt="xs" gap="lg">
            {LINE_KINDS.map((kind) => (
              <Checkbox key={kind} value={kind} label={t(`lineKind.${kind}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Switch label={t("fees.taxable")} {...form.getInputProps("taxable", { type: "checkbox" })} />
        <TextInput
          label={t("services.taxCategory")}
          disabled={!form.values.taxable}
          {...form.getInputProps("taxCategory")}
        />
      </FieldGroup>
    </>
  );
}

function Amounts({ form, name }: FeeRuleFieldsProps & { name: "caps" | "amounts" }) {
  const t = useT();
  const { currency } = useFormats();
  const label = name === "caps" ? t("fees.cap") : t("fees.amount");
  return (
    <Rows
      count={form.values[name].length}
      name={(place) => `${label} ${place + 1}`}
      addLabel={name === "caps" ? t("fees.addCap") : t("fees.addAmount")}
      onAdd={() => form.insertListItem(name, { currency, amount: "" })}
      onRemove={(place) => form.removeListItem(name, place)}
      row={(place) => (
        <>
          <CurrencyField form={form} path={`${name}.${place}.currency`} label={t("services.currency")} required />
          <TextInput label={label} required inputMode="decimal" {...form.getInputProps(`${name}.${place}.amount`)} />
        </>
      )}
    />
  );
}
