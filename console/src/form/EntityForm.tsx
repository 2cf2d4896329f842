import { Button, Fieldset, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useT } from "../i18n/language";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Notice } from "../shell/Notice";
import styles from "./EntityForm.module.css";
import { differencesBetween } from "./values";
import type { EntityForm as Form } from "./useEntityForm";

interface EntityFormProps<Values> {
  entity: Form<Values>;
  /** False shows the fields to somebody who may only look. */
  canEdit: boolean;
  saveLabel?: string;
  children: ReactNode;
}

/** The frame of every form: refusals on top, fields, and a bar to save that stays in sight while there is something. */
export function EntityForm<Values>({ entity, canEdit, saveLabel, children }: EntityFormProps<Values>) {
  const t = useT();
  const { form, submit, isSaving, isDirty, isNew, error, faults, conflict } = entity;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="xl">
        {error && <ErrorNotice error={error} faults={faults} />}
        {conflict && <ConflictNotice conflict={conflict} />}
        <Fieldset
          variant="unstyled"
          disabled={!canEdit || isSaving}
          data-readonly={!canEdit || undefined}
          className={styles.all}
        >
          {children}
        </Fieldset>
        {canEdit && (isDirty || isNew) && (
          <div className={styles.bar}>
            <Text size="sm" c="dimmed" className={styles.unsaved}>
              {isDirty && t("form.unsaved")}
            </Text>
            {isDirty && !isNew && (
              <Button variant="default" onClick={form.reset}>
                {t("form.discard")}
              </Button>
            )}
            <Button type="submit" loading={isSaving}>
              {saveLabel ?? t("form.save")}
            </Button>
          </div>
        )}
      </Stack>
      <LeaveGuard isDirty={isDirty && !isSaving} />
    </form>
  );
}

function ConflictNotice<Values>({ conflict }: { conflict: NonNullable<Form<Values>["conflict"]> }) {
  const t = useT();
  const foot = (
    <>
      <Button size="xs" variant="default" onClick={conflict.takeTheirs}>
        {t("form.takeTheirs")}
      </Button>
      <Button size="xs" variant="default" onClick={conflict.keepMine}>
        {t("form.keepMine")}
      </Button>
    </>
  );
  return (
    <Notice tone="warn" title={t("form.stale")} foot={foot}>
      {t("form.staleHint")}
      <ul>
        {differencesBetween(conflict.base, conflict.theirs).map(({ path, theirs }) => (
          <li key={path}>
            <code>{path}</code>: {theirs}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** Asks before changes are lost by going elsewhere. */
function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const t = useT();
  const blocker = useBlocker({ shouldBlockFn: () => isDirty, enableBeforeUnload: () => isDirty, withResolver: true });
  return (
    <Modal opened={blocker.status === "blocked"} onClose={() => blocker.reset?.()} title={t("form.leaveTitle")}>
      <Text size="sm">{t("form.leave")}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => blocker.reset?.()}>
          {t("form.stay")}
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          {t("form.leaveAnyway")}
        </Button>
      </Group>
    </Modal>
  );
}

/** A group of fields under one heading. */
export function FieldGroup({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <Fieldset variant="unstyled" legend={title} className={styles.group}>
      {hint && (
        <Text size="sm" c="dimmed" mb="sm">
          {hint}
        </Text>
      )}
      <div className={styles.fields}>{children}</div>
    </Fieldset>
  );
}
