import { Button, Group, NativeSelect, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { LANGUAGES, useSpeech, type Language } from "../i18n/language";
import { ErrorNotice } from "../shell/ErrorNotice";
import { useSessionActs } from "./session";
import styles from "./SignInPage.module.css";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t, language, speak } = useSpeech();
  const { next } = route.useSearch();
  const router = useRouter();
  const { signIn } = useSessionActs();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const entering = useMutation({
    mutationFn: () => signIn(email, password),
    onSuccess: () => router.history.push(next ?? "/"),
  });
  useEffect(() => {
    document.title = `${t("signIn.title")} · Billhead`;
  }, [t]);

  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <Group gap="sm" mb="lg">
          <img src="/favicon.svg" width={36} height={36} alt="" />
          <Text fw={650} size="lg">
            Billhead
          </Text>
        </Group>
        <div className={styles.card}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              entering.mutate();
            }}
          >
            <Stack>
              <Title order={1} size="h2" fz={20}>
                {t("signIn.title")}
              </Title>
              {entering.isError && <ErrorNotice error={entering.error} />}
              <TextInput
                label={t("signIn.email")}
                type="email"
                autoComplete="username"
                required
                autoFocus
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label={t("signIn.password")}
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                visibilityToggleButtonProps={{ "aria-label": t("signIn.showPassword"), tabIndex: 0 }}
              />
              <Button type="submit" size="md" loading={entering.isPending} fullWidth>
                {t("signIn.submit")}
              </Button>
            </Stack>
          </form>
        </div>
        <NativeSelect
          aria-label={t("shell.language")}
          variant="unstyled"
          size="xs"
          mt="sm"
          w={110}
          value={language}
          onChange={(event) => speak(event.currentTarget.value as Language)}
          data={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </div>
    </main>
  );
}
