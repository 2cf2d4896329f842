import { Skeleton, Table, VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useT } from "../i18n/language";
import { WideTable } from "../list/WideTable";
import { ErrorNotice } from "../shell/ErrorNotice";
import { permissionsQuery, ROLES } from "./queries";

/** What each role may do. */
export function RoleTable() {
  const t = useT();
  const permissions = useQuery(permissionsQuery);
  if (permissions.isPending) return <Skeleton height={200} />;
  if (permissions.isError) return <ErrorNotice error={permissions.error} />;
  return (
    <WideTable minWidth={640} label={t("people.roles")}>
      <Table fz="sm" verticalSpacing={6} horizontalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("people.permission")}</Table.Th>
            {ROLES.map((role) => (
              <Table.Th key={role} ta="center">
                {t(`role.${role}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {permissions.data.items.map(({ code, allows, roles }) => (
            <Table.Tr key={code}>
              <Table.Th scope="row" fw={400} title={code}>
                {t.code("permission", code) ?? allows}
              </Table.Th>
              {ROLES.map((role) => (
                <Table.Td key={role} ta="center">
                  {roles.includes(role) && (
                    <>
                      <IconCheck size={16} aria-hidden />
                      <VisuallyHidden>{t("common.yes")}</VisuallyHidden>
                    </>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
