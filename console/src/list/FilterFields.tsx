import { CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../i18n/language";
import styles from "./ListPage.module.css";

interface FieldProps<T> {
  label: string;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

/** Words to find; they count when the typing pauses. */
export function SearchFilter({ label, value, onChange }: FieldProps<string>) {
  const t = useT();
  const [typed, setTyped] = useState(value ?? "");
  const report = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), 250);
  const [seen, setSeen] = useState(value);
  // The address changed without typing: cleared, or gone back in history.
  if (seen !== value) {
    setSeen(value);
    if ((value ?? "") !== typed.trim()) setTyped(value ?? "");
  }
  return (
    <TextInput
      type="search"
      size="xs"
      w={240}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} aria-hidden />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        report(event.currentTarget.value);
      }}
      rightSection={
        typed && <CloseButton size="xs" aria-label={t("list.clearSearch")} onClick={() => onChange(undefined)} />
      }
    />
  );
}

interface ChoiceFilterProps<Choice extends string> extends FieldProps<Choice> {
  choices: { value: Choice; label: string }[];
}

/** One of a few values, or any. */
export function ChoiceFilter<Choice extends string>({ label, value, onChange, choices }: ChoiceFilterProps<Choice>) {
  const t = useT();
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => onChange(choices.find((choice) => choice.value === event.currentTarget.value)?.value)}
      data={[{ value: "", label: t("list.any", { label }) }, ...choices]}
    />
  );
}

interface DateFilterProps extends FieldProps<string> {
  /** Seen in the field, where its whole name has no room. */
  prefix: string;
}

/** One end of a range of days. */
export function DateFilter({ label, prefix, value, onChange }: DateFilterProps) {
  return (
    <TextInput
      type="date"
      size="xs"
      aria-label={label}
      leftSection={<span className={styles.dateLabel}>{prefix}</span>}
      leftSectionWidth={48}
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}
