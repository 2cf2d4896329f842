import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useT } from "../i18n/language";
import styles from "./CopyText.module.css";

interface CopyTextProps {
  text: string;
  /** What it is, for the button's name: "Copy work order id". */
  label: string;
  /** Shown instead of the text itself. */
  shown?: string;
}

/** An identifier with a button that copies it. */
export function CopyText({ text, label, shown }: CopyTextProps) {
  return (
    <span className={styles.copy}>
      <code className={styles.code}>{shown ?? text}</code>
      <CopyIcon text={text} label={label} />
    </span>
  );
}

export function CopyIcon({ text, label }: { text: string; label: string }) {
  const t = useT();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={copy}
          title={copied ? t("common.copied") : t("common.copy")}
          aria-label={copied ? t("common.copied") : t("common.copyThis", { what: label })}
        >
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}
