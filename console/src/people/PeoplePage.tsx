import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useT } from "../i18n/language";
import { DataTable, type Column } from "../list/DataTable";
import { useMay, useSession } from "../session/session";
import { ConfirmAction } from "../shell/ConfirmAction";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Page, Section } from "../shell/Page";
import { AddPerson } from "./AddPerson";
import { RoleTable } from "./RoleTable";
import { changeRole, membersQuery, removeMember, ROLES, type Member } from "./queries";
import { say } from "../shell/say";

export function PeoplePage() {
  const t = useT();
  const may = useMay();
  const members = useQuery(membersQuery);
  const columns = useColumns();
  return (
    <Page title={t("people.title")} actions={may("billing:user:manage") && <AddPerson />}>
      {members.isError ? (
        <ErrorNotice error={members.error} onRetry={() => void members.refetch()} />
      ) : (
        <DataTable
          label={t("people.title")}
          columns={columns}
          rows={members.data?.items ?? []}
          rowId={(row) => row.userId}
          isPending={members.isPending}
        />
      )}
      <Section title={t("people.roles")}>
        <RoleTable />
      </Section>
    </Page>
  );
}

function useColumns(): Column<Member>[] {
  const t = useT();
  const may = useMay();
  const canManage = may("billing:user:manage");
  return useMemo(
    () => [
      { id: "name", header: t("people.name"), cell: (row) => <b style={{ fontWeight: 550 }}>{row.name}</b> },
      { id: "email", header: t("people.email"), cell: (row) => row.email },
      {
        id: "role",
        header: t("people.role"),
        cell: (row) => (canManage ? <RoleChoice member={row} /> : t(`role.${row.role}`)),
      },
      {
        id: "remove",
        header: t("people.actions"),
        align: "end",
        cell: (row) => canManage && <Remove member={row} />,
      },
    ],
    [t, canManage],
  );
}

function RoleChoice({ member }: { member: Member }) {
  const t = useT();
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: (role: Member["role"]) => changeRole(member, role),
    onSuccess: () => say(t("people.roleChanged")),
    // Also after a refusal: what is shown is what is.
    onSettled: () => queries.invalidateQueries({ queryKey: membersQuery.queryKey }),
  });
  return (
    <>
      <NativeSelect
        size="xs"
        w={160}
        aria-label={t("people.roleOf", { name: member.name })}
        disabled={changing.isPending}
        value={member.role}
        data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        onChange={(event) => {
          const role = ROLES.find((known) => known === event.currentTarget.value);
          if (role) changing.mutate(role);
        }}
      />
      {changing.isError && <ErrorNotice error={changing.error} />}
    </>
  );
}

function Remove({ member }: { member: Member }) {
  const t = useT();
  const queries = useQueryClient();
  const { userId } = useSession();
  if (member.userId === userId) return null;
  return (
    <ConfirmAction
      label={t("people.remove")}
      title={t("people.removeTitle", { name: member.name })}
      confirmLabel={t("people.remove")}
      danger
      button={{ size: "compact-xs", variant: "subtle", color: "gray" }}
      act={() => removeMember(member)}
      onDone={() => void queries.invalidateQueries({ queryKey: membersQuery.queryKey })}
    >
      {t("people.removeWords")}
    </ConfirmAction>
  );
}
