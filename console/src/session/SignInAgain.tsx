import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState, useSyncExternalStore } from "react";
import { isSignInAsked, onSignInAsked, settleSignIn } from "../api/renewal";
import { useT } from "../i18n/language";
import { ErrorNotice } from "../shell/ErrorNotice";
import { useSession, useSessionActs } from "./session";

/** Over every other dialog: the one below may hold what the person is writing. */
const ABOVE_DIALOGS = 400;

/** Asks the person to sign in again when their session has ended; the page below stays as they left it. */
export function SignInAgain() {
  const t = useT();
  const isAsked = useSyncExternalStore(onSignInAsked, isSignInAsked);
  return (
    <Modal
      opened={isAsked}
      onClose={() => settleSignIn(false)}
      title={t("signIn.againTitle")}
      zIndex={ABOVE_DIALOGS}
      closeOnClickOutside={false}
      // Escape would also close the dialog below this one.
      closeOnEscape={false}
      data-mantine-stop-propagation
    >
      {isAsked && <AgainForm />}
    </Modal>
  );
}

function AgainForm() {
  const t = useT();
  const router = useRouter();
  const { email } = useSession();
  const { renew } = useSessionActs();
  const [password, setPassword] = useState("");
  const entering = useMutation({
    mutationFn: () => renew(password),
    onSuccess: () => settleSignIn(true),
  });

  function leave(): void {
    settleSignIn(false);
    void router.navigate({ to: "/sign-in" });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        entering.mutate();
      }}
    >
      <Stack>
        <Text size="sm">{t("signIn.againWords")}</Text>
        {entering.isError && <ErrorNotice error={entering.error} />}
        <Text size="sm" fw={550}>
          {email}
        </Text>
        <PasswordInput
          label={t("signIn.password")}
          autoComplete="current-password"
          required
          data-autofocus
          data-mantine-stop-propagation
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.showPassword"), tabIndex: 0 }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={leave}>
            {t("signIn.asAnother")}
          </Button>
          <Button type="submit" loading={entering.isPending}>
            {t("signIn.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
