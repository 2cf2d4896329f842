import { NativeSelect, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { FieldGroup } from "../form/EntityForm";
import formStyles from "../form/EntityForm.module.css";
import { ChoiceField, CurrencyField } from "../form/fields";
import { useT } from "../i18n/language";
import type { Option, RuleOptions } from "./queries";
import type { RuleField, RuleValues } from "./rulesForm";

interface RuleFieldsProps {
  form: UseFormReturnType<RuleValues>;
  options: RuleOptions;
}

export function RuleFields({ form, options }: RuleFieldsProps) {
  const t = useT();
  return (
    <>
      <FieldGroup title={t("rules.payment")}>
        <Choice form={form} path="paymentTermsId" options={options.terms} />
        {form.values.paymentTermsId === "CUSTOM" && <Count form={form} path="customTermsDays" required />}
        <TextInput
          label={t("ruleField.creditLimit.amount")}
          description={t("rules.noLimitHint")}
          inputMode="decimal"
          {...form.getInputProps("creditLimit.amount")}
        />
        <CurrencyField form={form} path="creditLimit.currency" label={t("ruleField.creditLimit.currency")} />
        <Flag form={form} path="partialPaymentsAllowed" />
      </FieldGroup>
      <FieldGroup title={t("rules.invoices")}>
        <Choice form={form} path="invoiceDeliveryMethod" options={options.methods} />
        <Choice form={form} path="invoiceGroupingStrategy" options={options.groupings} />
        <ChoiceField form={form} path="approvalRequired" label={t("ruleField.approvalRequired")} />
        <ChoiceField form={form} path="estimateBindingRequired" label={t("ruleField.estimateBindingRequired")} />
      </FieldGroup>
      <PurchaseOrders form={form} options={options} />
      <Reprints form={form} />
    </>
  );
}

function PurchaseOrders({ form, options }: RuleFieldsProps) {
  const t = useT();
  return (
    <FieldGroup title={t("rules.purchaseOrders")}>
      <Flag form={form} path="isPoRequired" />
      <TextInput
        label={t("ruleField.poFormatRegex")}
        description={t("rules.formatHint")}
        spellCheck={false}
        autoCapitalize="none"
        {...form.getInputProps("poFormatRegex")}
      />
      <Choice form={form} path="poUniquenessScope" options={options.scopes} />
      <Flag form={form} path="overrideAllowed" />
      {form.values.overrideAllowed && (
        <>
          <Flag form={form} path="overrideReasonCodeRequired" />
          <Flag form={form} path="overrideRequiresSecondApprover" />
        </>
      )}
    </FieldGroup>
  );
}

function Reprints({ form }: { form: UseFormReturnType<RuleValues> }) {
  const t = useT();
  return (
    <FieldGroup title={t("rules.reprints")} hint={t("rules.reprintsHint")}>
      <Count form={form} path="reprintPolicy.maxReprints" />
      <Count form={form} path="reprintPolicy.windowDays" />
      <Count form={form} path="reprintPolicy.elevationRequiredAfter" />
      <Flag form={form} path="reprintPolicy.reasonCodeRequired" />
    </FieldGroup>
  );
}

interface FieldProps {
  form: UseFormReturnType<RuleValues>;
  path: RuleField;
}

function Choice({ form, path, options }: FieldProps & { options: Option[] }) {
  const t = useT();
  return (
    <NativeSelect
      label={t(`ruleField.${path}`)}
      data={options.map(({ code, label }) => ({ value: code, label }))}
      {...form.getInputProps(path)}
    />
  );
}

function Count({ form, path, required }: FieldProps & { required?: boolean }) {
  const t = useT();
  return (
    <TextInput label={t(`ruleField.${path}`)} inputMode="numeric" required={required} {...form.getInputProps(path)} />
  );
}

function Flag({ form, path }: FieldProps) {
  const t = useT();
  const props = form.getInputProps(path, { type: "checkbox" });
  return <Switch className={formStyles.wide} label={t(`ruleField.${path}`)} {...props} />;
}
