import { NativeSelect, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useT } from "../i18n/language";
import { DataTable, type Column } from "../list/DataTable";
import { useMay, useSession } from "../session/session";
import { ConfirmAction, ConfirmDialog } from "../shell/ConfirmAction";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Page, Section } from "../shell/Page";
import { AddPerson } from "./AddPerson";
import { RoleTable } from "./RoleTable";
import { changeRole, membersQuery, removeMember, ROLES, type Member, type Role } from "./queries";
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
      { id: "name", header: t("people.name"), cell: (row) => <Person member={row} /> },
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

/** Name and address in one cell: side by side they leave a phone no room for the rest. */
function Person({ member }: { member: Member }) {
  return (
    <>
      <Text fw={550} size="sm">
        {member.name}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {member.email}
      </Text>
    </>
  );
}

/** The role as it is; another one is asked about before it holds. */
function RoleChoice({ member }: { member: Member }) {
  const t = useT();
  const queries = useQueryClient();
  const [wanted, setWanted] = useState<Role | null>(null);
  // The words stay while the dialog fades.
  const [asked, setAsked] = useState<Role>(member.role);
  return (
    <>
      <NativeSelect
        size="xs"
        maw={160}
        aria-label={t("people.roleOf", { name: member.name })}
        value={wanted ?? member.role}
        data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        onChange={(event) => {
          const role = ROLES.find((known) => known === event.currentTarget.value);
          if (!role || role === member.role) return;
          setAsked(role);
          setWanted(role);
        }}
      />
      <ConfirmDialog
        isOpen={wanted !== null}
        close={() => setWanted(null)}
        title={t("people.changeRoleTitle", { name: member.name, role: t(`role.${asked}`) })}
        confirmLabel={t("people.changeRole")}
        act={() => changeRole(member, asked)}
        onDone={() => {
          say(t("people.roleChanged"));
          void queries.invalidateQueries({ queryKey: membersQuery.queryKey });
        }}
      >
        {t("people.changeRoleWords", { from: t(`role.${member.role}`), to: t(`role.${asked}`) })}
      </ConfirmDialog>
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
