import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useT } from "../i18n/language";
import styles from "./EntityForm.module.css";

interface RowsProps {
  count: number;
  /** The fields of one row. */
  row: (place: number) => ReactNode;
  /** What one row is called: "Contact 2". */
  name: (place: number) => string;
  addLabel: string;
  onAdd: () => void;
  onRemove: (place: number) => void;
}

/** A list inside a form: rows of fields that can be added and removed. */
export function Rows({ count, row, name, addLabel, onAdd, onRemove }: RowsProps) {
  const t = useT();
  return (
    <div className={styles.wide}>
      {Array.from({ length: count }, (_, place) => (
        <div key={place} className={styles.row} role="group" aria-label={name(place)}>
          <div className={styles.rowFields}>{row(place)}</div>
          <ActionIcon
            variant="subtle"
            color="gray"
            className={styles.remove}
            aria-label={t("form.remove", { what: name(place) })}
            onClick={() => onRemove(place)}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Button mt="sm" size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd}>
        {addLabel}
      </Button>
    </div>
  );
}
