import { Button, Group, Modal, NativeSelect, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { newIdempotencyKey } from "../api/client";
import { formFaults, type FormFaults } from "../form/faults";
import { useT } from "../i18n/language";
import { ErrorNotice } from "../shell/ErrorNotice";
import { addMember, membersQuery, ROLES, type Role } from "./queries";
import { say } from "../shell/say";

/** Adds a person to the business; somebody known to the platform already keeps their own password. */
export function AddPerson() {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("people.add")}</Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t("people.add")}>
        {isOpen && <PersonForm onClose={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

function PersonForm({ onClose }: { onClose: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [faults, setFaults] = useState<FormFaults | null>(null);
  const needed = (value: string) => (value.trim() ? null : t("form.needed"));
  const form = useForm({
    initialValues: { name: "", email: "", password: "", role: "ADVISOR" as Role },
    validate: { name: needed, email: needed, password: needed },
  });
  const adding = useMutation({
    mutationFn: (values: typeof form.values) => addMember(values, idempotencyKey),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: membersQuery.queryKey });
      say(t("people.added"));
      onClose();
    },
    onError: (error, values) => {
      const found = formFaults(error, values, t);
      setFaults(found);
      form.setErrors(found.placed);
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => adding.mutate(values))}>
      <Stack>
        {adding.isError && <ErrorNotice error={adding.error} faults={faults} />}
        <TextInput label={t("people.name")} required data-autofocus {...form.getInputProps("name")} />
        <TextInput label={t("people.email")} type="email" required {...form.getInputProps("email")} />
        <PasswordInput
          label={t("people.password")}
          description={t("people.passwordHint")}
          required
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("signIn.showPassword"), tabIndex: 0 }}
          {...form.getInputProps("password")}
        />
        <NativeSelect
          label={t("people.role")}
          data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          {...form.getInputProps("role")}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={adding.isPending}>
            {t("people.confirmAdd")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
