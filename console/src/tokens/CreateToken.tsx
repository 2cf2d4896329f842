import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { newIdempotencyKey } from "../api/client";
import { formFaults, type FormFaults } from "../form/faults";
import { useT } from "../i18n/language";
import { ROLES, type Role } from "../people/queries";
import { CopyText } from "../shell/CopyText";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Notice } from "../shell/Notice";
import { createToken, tokensQuery, type CreatedToken } from "./queries";

/** Creates a token and shows its secret this once. */
export function CreateToken() {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const [created, setCreated] = useState<CreatedToken | null>(null);

  function close(): void {
    setOpen(false);
    setCreated(null);
  }

  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("tokens.create")}</Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={created ? t("tokens.createdTitle") : t("tokens.create")}
        // The secret cannot be seen again: a click beside the dialog must not lose it.
        closeOnClickOutside={!created}
        size="lg"
      >
        {isOpen && !created && <TokenForm onCreated={setCreated} onClose={close} />}
        {created && <Secret token={created} onClose={close} />}
      </Modal>
    </>
  );
}

function Secret({ token, onClose }: { token: CreatedToken; onClose: () => void }) {
  const t = useT();
  return (
    <Stack>
      <Notice tone="warn" title={t("tokens.once")}>
        {t("tokens.onceHint")}
      </Notice>
      <CopyText text={token.secret} label={t("tokens.secret")} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("common.done")}</Button>
      </Group>
    </Stack>
  );
}

function TokenForm({ onCreated, onClose }: { onCreated: (token: CreatedToken) => void; onClose: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [faults, setFaults] = useState<FormFaults | null>(null);
  const form = useForm({
    initialValues: { name: "", role: "ADMIN" as Role, expiresOn: "" },
    validate: { name: (value) => (value.trim() ? null : t("form.needed")) },
  });
  const creating = useMutation({
    mutationFn: ({ name, role, expiresOn }: typeof form.values) =>
      createToken({ name: name.trim(), role, expiresAt: expiresOn ? `${expiresOn}T00:00:00Z` : null }, idempotencyKey),
    onSuccess: (token) => {
      void queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
      onCreated(token);
    },
    onError: (error, values) => {
      const found = formFaults(error, values, t, { expiresAt: "expiresOn" });
      setFaults(found);
      form.setErrors(found.placed);
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => creating.mutate(values))}>
      <Stack>
        {creating.isError && <ErrorNotice error={creating.error} faults={faults} />}
        <TextInput
          label={t("tokens.name")}
          description={t("tokens.nameHint")}
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        <NativeSelect
          label={t("tokens.role")}
          description={t("tokens.roleHint")}
          data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          {...form.getInputProps("role")}
        />
        <TextInput
          type="date"
          label={t("tokens.expires")}
          description={t("tokens.expiresHint")}
          {...form.getInputProps("expiresOn")}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={creating.isPending}>
            {t("tokens.confirmCreate")}
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          {t("tokens.adminHint")}
        </Text>
      </Stack>
    </form>
  );
}
