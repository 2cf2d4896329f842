import { Button, Table } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useT } from "../i18n/language";
import { membersQuery } from "../people/queries";
import { useFormats } from "../session/locale";
import { useMay, useSession } from "../session/session";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Section } from "../shell/Page";
import { rulesHistoryQuery, type RulesChange } from "./queries";

/** Who agreed what and when: every version with the places it changed. */
export function RulesHistory({ accountId }: { accountId: string }) {
  const t = useT();
  const { time } = useFormats();
  const nameOf = useNames();
  const history = useInfiniteQuery(rulesHistoryQuery(accountId));
  const changes = history.data?.pages.flatMap(({ items }) => items) ?? [];
  if (history.isSuccess && changes.length === 0) return null;
  return (
    <Section title={t("history.title")}>
      {history.isError && <ErrorNotice error={history.error} onRetry={() => void history.refetch()} />}
      {changes.length > 0 && (
        <Table fz="sm" horizontalSpacing={0} aria-label={t("history.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th c="dimmed">{t("history.when")}</Table.Th>
              <Table.Th c="dimmed">{t("history.what")}</Table.Th>
              <Table.Th c="dimmed">{t("history.who")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map((change) => (
              <Table.Tr key={change.version}>
                <Table.Td>{time(change.changedAt)}</Table.Td>
                <Table.Td>
                  {change.version === 1
                    ? t("rules.firstAgreed")
                    : change.changed.map((name) => t.code("ruleField", name) ?? name).join(", ")}
                </Table.Td>
                <Table.Td>{nameOf(change)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {history.hasNextPage && (
        <Button variant="subtle" size="xs" onClick={() => void history.fetchNextPage()}>
          {t("list.more")}
        </Button>
      )}
    </Section>
  );
}

/** Who changed something, by name to those who may see who belongs to the business. */
function useNames(): (change: RulesChange) => string {
  const t = useT();
  const { userId } = useSession();
  const may = useMay();
  const members = useQuery({ ...membersQuery, enabled: may("billing:user:view") });
  return ({ changedBy, changedByUserId }) => {
    if (changedByUserId === userId) return t("history.you");
    const known = members.data?.items.find((member) => member.userId === changedByUserId);
    return known?.name ?? changedBy.replace(/[0-9a-f-]{24,}([0-9a-f]{12})$/, "…$1");
  };
}
