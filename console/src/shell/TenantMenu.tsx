import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useT } from "../i18n/language";
import { useSession, useSessionActs, useTenant, type Membership } from "../session/session";
import { errorWords } from "./ErrorNotice";
import { say } from "./say";
import styles from "./Shell.module.css";

/** Which business one works in; with more than one, the way to another. */
export function TenantMenu() {
  const t = useT();
  const { tenants } = useSession();
  const tenant = useTenant();
  const router = useRouter();
  const { switchTenant } = useSessionActs();
  const switching = useMutation({
    mutationFn: switchTenant,
    onSuccess: async () => {
      await router.invalidate();
      await router.navigate({ to: "/" });
    },
    onError: (error) => say(errorWords(error, t), "bad"),
  });
  if (tenants.length === 1) {
    return (
      <div className={styles.menu}>
        <TenantName tenant={tenant} />
      </div>
    );
  }
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={styles.menu}>
          <TenantName tenant={tenant} />
          <VisuallyHidden>{t("shell.switchBusiness")}</VisuallyHidden>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("shell.businesses")}</Menu.Label>
        {tenants.map((other) => (
          <Menu.Item
            key={other.tenantId}
            rightSection={other.slug === tenant.slug ? <IconCheck size={16} aria-label={t("shell.current")} /> : null}
            onClick={() => other.slug !== tenant.slug && switching.mutate(other)}
          >
            {other.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function TenantName({ tenant }: { tenant: Membership }) {
  const t = useT();
  return (
    <>
      <span className={styles.mark} aria-hidden>
        {tenant.name.slice(0, 1)}
      </span>
      <span className={styles.menuText}>
        <span className={styles.name}>{tenant.name}</span>
        <span>{t(`role.${tenant.role}`)}</span>
      </span>
    </>
  );
}
