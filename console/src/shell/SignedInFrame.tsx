import { Button, Stack, Text, Title } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useT } from "../i18n/language";
import { tenantOf, useSession, useSessionActs } from "../session/session";
import { SignInAgain } from "../session/SignInAgain";
import { Shell } from "./Shell";

/** The shell, or, for somebody who belongs to no business, the reason why there is none. */
export function SignedInFrame() {
  const session = useSession();
  return (
    <>
      {tenantOf(session, null) ? <Shell /> : <NoBusiness />}
      <SignInAgain />
    </>
  );
}

function NoBusiness() {
  const t = useT();
  const router = useRouter();
  const { signOut } = useSessionActs();
  const leave = () => signOut().then(() => router.navigate({ to: "/sign-in" }));
  return (
    <Stack component="main" align="center" p="xl" mt="10vh">
      <Title order={1}>{t("shell.noBusiness")}</Title>
      <Text c="dimmed">{t("shell.noBusinessHint")}</Text>
      <Button onClick={() => void leave()}>{t("shell.signOut")}</Button>
    </Stack>
  );
}
