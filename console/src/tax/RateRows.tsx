import { ActionIcon, Button, Checkbox, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { Rows } from "../form/Rows";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { today } from "../session/today";
import styles from "./RateRows.module.css";
import { newRate, NO_COMPONENT, type RegionValues } from "./regionForm";

interface RateRowsProps {
  form: UseFormReturnType<RegionValues>;
}

/** The rates of a region over time, each with its components. */
export function RateRows({ form }: RateRowsProps) {
  const t = useT();
  const { timeZone } = useFormats();
  return (
    <Rows
      count={form.values.rates.length}
      name={(place) => t("regions.rate", { number: place + 1 })}
      addLabel={t("regions.addRate")}
      onAdd={() => form.insertListItem("rates", newRate(today(timeZone)), 0)}
      onRemove={(place) => form.removeListItem("rates", place)}
      row={(place) => (
        <>
          <TextInput
            type="date"
            label={t("regions.validFrom")}
            required
            {...form.getInputProps(`rates.${place}.validFrom`)}
          />
          <TextInput
            type="date"
            label={t("regions.validTo")}
            title={t("regions.validToHint")}
            {...form.getInputProps(`rates.${place}.validTo`)}
          />
          <TextInput label={t("regions.category")} required {...form.getInputProps(`rates.${place}.taxCategory`)} />
          <Components form={form} place={place} />
        </>
      )}
    />
  );
}

function Components({ form, place }: RateRowsProps & { place: number }) {
  const t = useT();
  const components = form.values.rates[place]?.components ?? [];
  const path = `rates.${place}.components`;
  return (
    <div className={styles.components}>
      {components.map((_, index) => (
        <div
          key={index}
          className={styles.component}
          role="group"
          aria-label={t("regions.component", { number: index + 1 })}
        >
          <TextInput label={t("regions.componentName")} required {...form.getInputProps(`${path}.${index}.name`)} />
          <TextInput
            label={t("regions.percent")}
            required
            inputMode="decimal"
            {...form.getInputProps(`${path}.${index}.percent`)}
          />
          <Checkbox
            label={t("regions.compound")}
            disabled={index === 0}
            className={styles.compound}
            {...form.getInputProps(`${path}.${index}.compound`, { type: "checkbox" })}
          />
          {components.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              className={styles.remove}
              aria-label={t("form.remove", { what: t("regions.component", { number: index + 1 }) })}
              onClick={() => form.removeListItem(path, index)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        className={styles.add}
        leftSection={<IconPlus size={13} aria-hidden />}
        onClick={() => form.insertListItem(path, NO_COMPONENT)}
      >
        {t("regions.addComponent")}
      </Button>
    </div>
  );
}
