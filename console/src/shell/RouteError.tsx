import { Stack, Text, Title } from "@mantine/core";
import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useT } from "../i18n/language";
import { ErrorNotice } from "./ErrorNotice";

/** A page that could not be shown at all. */
export function RouteError({ error }: ErrorComponentProps) {
  const t = useT();
  const router = useRouter();
  return (
    <Stack component="main" maw={640} mx="auto" mt="12vh" p="lg">
      <Title order={1}>{t("shell.notShown")}</Title>
      <ErrorNotice error={error} onRetry={() => void router.invalidate()} />
    </Stack>
  );
}

/** An address that leads nowhere. */
export function LostPage() {
  const t = useT();
  return (
    <Stack component="main" p="xl" align="center" mt="8vh">
      <Title order={1}>{t("shell.lost")}</Title>
      <Text c="dimmed">{t("shell.lostHint")}</Text>
      <Link to="/">{t("shell.lostHome")}</Link>
    </Stack>
  );
}
