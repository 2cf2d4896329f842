import { Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSelector, IconSun } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { LANGUAGES, useSpeech } from "../i18n/language";
import { useSession, useSessionActs } from "../session/session";
import styles from "./Shell.module.css";

const SCHEMES = [
  { code: "light", label: "shell.light", icon: IconSun },
  { code: "dark", label: "shell.dark", icon: IconMoon },
  { code: "auto", label: "shell.auto", icon: IconDeviceDesktop },
] as const;

/** Who is signed in, how the console looks and speaks to them, and the way out. */
export function PersonMenu() {
  const { t, language, speak } = useSpeech();
  const { name, email } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const router = useRouter();
  const { signOut, forget } = useSessionActs();
  const leaving = useMutation({
    mutationFn: signOut,
    // A session that the server no longer knows is left all the same.
    onError: forget,
    onSettled: () => router.navigate({ to: "/sign-in" }),
  });
  const mark = <IconCheck size={16} aria-hidden />;
  return (
    <div className={styles.foot}>
      <Menu position="top-start" width={240}>
        <Menu.Target>
          <UnstyledButton className={styles.menu}>
            <span className={`${styles.mark} ${styles.person}`} aria-hidden>
              {name.slice(0, 1)}
            </span>
            <span className={styles.menuText}>
              <span className={styles.name}>{name}</span>
              <span>{email}</span>
            </span>
            <VisuallyHidden>{t("shell.account")}</VisuallyHidden>
            <IconSelector size={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t("shell.language")}</Menu.Label>
          {LANGUAGES.map((offered) => (
            <Menu.Item
              key={offered.code}
              lang={offered.code}
              aria-current={offered.code === language}
              rightSection={offered.code === language && mark}
              onClick={() => speak(offered.code)}
            >
              {offered.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t("shell.appearance")}</Menu.Label>
          {SCHEMES.map(({ code, label, icon: Icon }) => (
            <Menu.Item
              key={code}
              aria-current={code === colorScheme}
              leftSection={<Icon size={16} aria-hidden />}
              rightSection={code === colorScheme && mark}
              onClick={() => setColorScheme(code)}
            >
              {t(label)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => leaving.mutate()}>
            {t("shell.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
