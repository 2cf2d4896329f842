import { Group, Skeleton, Stack, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { useT } from "../i18n/language";
import { ErrorNotice } from "./ErrorNotice";
import styles from "./Page.module.css";

interface PageProps {
  title: string;
  /** Beside the title: a status, flags. */
  aside?: ReactNode;
  /** The list that this page belongs to. */
  parent?: { to: string; label: string };
  actions?: ReactNode;
  /** Forms read better when their lines are short; a document beside its figures needs room. */
  narrow?: boolean;
  wide?: boolean;
  children: ReactNode;
}

/** A page's frame: where one is, its name, what can be done, and then the thing itself. */
export function Page({ title, aside, parent, actions, narrow, wide, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Billhead`;
  }, [title]);
  return (
    <div className={narrow ? styles.narrow : wide ? styles.wide : styles.page}>
      <header className={styles.header}>
        <div>
          {parent && (
            <Link to={parent.to} className={styles.crumb}>
              ← {parent.label}
            </Link>
          )}
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {aside}
          </Group>
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </header>
      {children}
    </div>
  );
}

/** A page that is being fetched, or could not be. */
export function PendingPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useT();
  return (
    <div className={styles.page} aria-busy={!error}>
      {error ? (
        <>
          <Title order={1} mb="md">
            {t("shell.notShown")}
          </Title>
          <ErrorNotice error={error} onRetry={onRetry} />
        </>
      ) : (
        <Stack aria-hidden>
          <Skeleton height={32} width={280} />
          <Skeleton height={120} mt="md" />
          <Skeleton height={240} />
        </Stack>
      )}
    </div>
  );
}

/** A titled part of a page. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <Title order={2}>{title}</Title>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Names and values, side by side. A value that is missing is left out, with its name. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
