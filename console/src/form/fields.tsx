import { Autocomplete, NativeSelect, Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSpeech, useT } from "../i18n/language";
import { currencyNames, useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { regionCodesQuery } from "../tax/queries";
import { countryOptions, localeOptions } from "./countries";
import styles from "./EntityForm.module.css";

interface FieldProps<Values> {
  form: UseFormReturnType<Values>;
  /** The place of the value in the form, e.g. `locations.0.taxRegion`. */
  path: string;
  label: string;
  required?: boolean;
  description?: string;
}

/** An input's value is never null in a form; a cleared Select says null. */
function selectProps<Values>(form: UseFormReturnType<Values>, path: string) {
  const props = form.getInputProps(path) as { value: string; onChange: (value: string) => void; error?: string };
  return { ...props, value: props.value || null, onChange: (value: string | null) => props.onChange(value ?? "") };
}

export function CountryField<Values>({ form, path, ...field }: FieldProps<Values>) {
  const { language } = useSpeech();
  const data = useMemo(() => countryOptions(language), [language]);
  return <Select {...field} searchable clearable={!field.required} data={data} {...selectProps(form, path)} />;
}

export function CurrencyField<Values>({ form, path, ...field }: FieldProps<Values>) {
  const { language } = useSpeech();
  const { exponents } = useFormats();
  const data = useMemo(() => currencyNames(exponents, language), [exponents, language]);
  return <Select {...field} searchable clearable={!field.required} data={data} {...selectProps(form, path)} />;
}

export function LocaleField<Values>({ form, path, ...field }: FieldProps<Values>) {
  const { language } = useSpeech();
  const props = selectProps(form, path);
  const data = useMemo(() => localeOptions(language, props.value ?? ""), [language, props.value]);
  return <Select {...field} searchable clearable={!field.required} data={data} {...props} />;
}

/** The code of a tax region; those that exist are offered to who may see them. */
export function TaxRegionField<Values>({ form, path, ...field }: FieldProps<Values>) {
  const may = useMay();
  const props = form.getInputProps(path) as { value: string };
  const [text] = useDebouncedValue(props.value, 200);
  const regions = useQuery({ ...regionCodesQuery(text), enabled: may("billing:tax:view") });
  return <Autocomplete {...field} data={regions.data ?? []} filter={({ options }) => options} {...props} />;
}

/** Yes, no, or as the business has it. */
export function ChoiceField<Values>({ form, path, ...field }: FieldProps<Values>) {
  const t = useT();
  return (
    <NativeSelect
      {...field}
      data={[
        { value: "default", label: t("form.default") },
        { value: "yes", label: t("common.yes") },
        { value: "no", label: t("common.no") },
      ]}
      {...form.getInputProps(path)}
    />
  );
}

export interface AddressValues {
  lines: string;
  city: string;
  region: string;
  postalCode: string;
  country: string;
}

interface AddressFieldsProps<Values> {
  form: UseFormReturnType<Values>;
  path: string;
  required?: boolean;
}

export function AddressFields<Values>({ form, path, required }: AddressFieldsProps<Values>) {
  const t = useT();
  return (
    <>
      <Textarea
        className={styles.wide}
        label={t("address.lines")}
        autosize
        minRows={2}
        maxRows={6}
        autoComplete="street-address"
        {...form.getInputProps(`${path}.lines`)}
      />
      <TextInput label={t("address.city")} required={required} {...form.getInputProps(`${path}.city`)} />
      <TextInput label={t("address.postalCode")} {...form.getInputProps(`${path}.postalCode`)} />
      <TextInput label={t("address.region")} {...form.getInputProps(`${path}.region`)} />
      <CountryField form={form} path={`${path}.country`} label={t("address.country")} required={required} />
    </>
  );
}
