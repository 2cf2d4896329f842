import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Table, Text } from "@mantine/core";
import { answer, http } from "../api/client";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { useSession } from "../session/session";
import { ErrorNotice } from "./ErrorNotice";
import { Section } from "./Page";

/** Who did what to one thing, newest first: its entries of the audit trail. */
export function History({ subjectId }: { subjectId: string }) {
  const t = useT();
  const { userId } = useSession();
  const { time } = useFormats();
  const history = useInfiniteQuery({
    queryKey: ["audit", subjectId],
    queryFn: ({ pageParam }) =>
      answer(http.GET("/billing/audit", { params: { query: { subjectId, before: pageParam, limit: 20 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const entries = history.data?.pages.flatMap(({ items }) => items) ?? [];
  if (history.isSuccess && entries.length === 0) return null;
  return (
    <Section title={t("history.title")}>
      {history.isError && <ErrorNotice error={history.error} onRetry={() => void history.refetch()} />}
      {entries.length > 0 && (
        <Table fz="sm" horizontalSpacing={0} aria-label={t("history.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th c="dimmed">{t("history.when")}</Table.Th>
              <Table.Th c="dimmed">{t("history.what")}</Table.Th>
              <Table.Th c="dimmed">{t("history.who")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <Table.Tr key={entry.auditEntryId}>
                <Table.Td>{time(entry.at)}</Table.Td>
                <Table.Td>
                  {t.code("act", entry.act) ?? entry.act}
                  {entry.reason && (
                    <Text fz="xs" c="dimmed">
                      {entry.reason}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{entry.actor === `user:${userId}` ? t("history.you") : actorWords(entry.actor)}</Table.Td>
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

/** Actors are `kind:id`; of the id the end tells them apart. */
function actorWords(actor: string): string {
  return actor.replace(/[0-9a-f-]{24,}([0-9a-f]{12})$/, "…$1");
}
