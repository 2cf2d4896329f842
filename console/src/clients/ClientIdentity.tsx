import { NativeSelect, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { FieldGroup } from "../form/EntityForm";
import { AddressFields, CurrencyField, LocaleField } from "../form/fields";
import { Rows } from "../form/Rows";
import { useT } from "../i18n/language";
import { NO_CONTACT, type ClientValues } from "./clientForm";
import { CLIENT_KINDS } from "./search";

interface ClientFieldsProps {
  form: UseFormReturnType<ClientValues>;
}

export function ClientIdentity({ form, isNew }: ClientFieldsProps & { isNew: boolean }) {
  const t = useT();
  return (
    <>
      <FieldGroup title={t("clients.identity")}>
        <TextInput label={t("clients.name")} required autoFocus={isNew} {...form.getInputProps("name")} />
        <NativeSelect
          label={t("clients.kind")}
          data={CLIENT_KINDS.map((value) => ({ value, label: t(`clientKind.${value}`) }))}
          {...form.getInputProps("kind")}
        />
        <TextInput
          label={t("clients.reference")}
          description={t("clients.referenceHint")}
          {...form.getInputProps("reference")}
        />
        <TextInput
          label={t("clients.billingEmail")}
          description={t("clients.billingEmailHint")}
          type="email"
          {...form.getInputProps("billingEmail")}
        />
        <CurrencyField form={form} path="currency" label={t("clients.currency")} description={t("form.defaultHint")} />
        <LocaleField form={form} path="locale" label={t("clients.locale")} description={t("form.defaultHint")} />
        {!isNew && <Switch label={t("clients.archived")} {...form.getInputProps("archived", { type: "checkbox" })} />}
      </FieldGroup>
      <FieldGroup title={t("clients.billingAddress")}>
        <AddressFields form={form} path="billingAddress" />
      </FieldGroup>
    </>
  );
}

export function ClientPeople({ form }: ClientFieldsProps) {
  const t = useT();
  return (
    <FieldGroup title={t("clients.contacts")}>
      <Rows
        count={form.values.contacts.length}
        name={(place) => t("clients.contact", { number: place + 1 })}
        addLabel={t("clients.addContact")}
        onAdd={() => form.insertListItem("contacts", NO_CONTACT)}
        onRemove={(place) => form.removeListItem("contacts", place)}
        row={(place) => (
          <>
            <TextInput label={t("clients.contactName")} required {...form.getInputProps(`contacts.${place}.name`)} />
            <TextInput label={t("clients.contactRole")} {...form.getInputProps(`contacts.${place}.role`)} />
            <TextInput label={t("clients.email")} type="email" {...form.getInputProps(`contacts.${place}.email`)} />
            <TextInput label={t("clients.phone")} type="tel" {...form.getInputProps(`contacts.${place}.phone`)} />
          </>
        )}
      />
    </FieldGroup>
  );
}
