import { AppShell, Burger, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useT } from "../i18n/language";
import { useMay } from "../session/session";
import { DESTINATIONS } from "./navigation";
import { PersonMenu } from "./PersonMenu";
import { TenantMenu } from "./TenantMenu";
import styles from "./Shell.module.css";

/** The frame around every page: which business, where to go, who one is. */
export function Shell() {
  const t = useT();
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const firstPath = useRef(path);

  // A new page is a new place: the reading position goes there too, not only the pixels.
  useEffect(() => {
    close();
    if (firstPath.current !== path) main.current?.focus();
    firstPath.current = path;
  }, [path, close]);

  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 236, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
    >
      <a className="skip-link" href="#main">
        {t("shell.skip")}
      </a>
      <AppShell.Header hiddenFrom="sm" className={styles.header}>
        <Burger opened={isOpen} onClick={toggle} size="sm" aria-label={t("shell.menu")} aria-expanded={isOpen} />
        <Text fw={600}>Billhead</Text>
      </AppShell.Header>
      <AppShell.Navbar className={styles.side} component="div" onKeyDown={(event) => event.key === "Escape" && close()}>
        <div className={styles.top}>
          <TenantMenu />
          <Burger
            opened
            hiddenFrom="sm"
            onClick={close}
            size="sm"
            aria-label={t("shell.closeMenu")}
            className={styles.close}
          />
        </div>
        <Navigation />
        <PersonMenu />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Navigation() {
  const t = useT();
  const may = useMay();
  const groups = DESTINATIONS.map((group) => ({
    ...group,
    entries: group.entries.filter(({ permission }) => may(permission)),
  })).filter(({ entries }) => entries.length > 0);
  return (
    <nav className={styles.nav} aria-label={t("shell.navigation")}>
      {groups.map(({ label, entries }) => (
        <div key={label} className={styles.group}>
          {label && <div className={styles.groupLabel}>{t(label)}</div>}
          <ul>
            {entries.map(({ to, label: name, icon: Icon }) => (
              <li key={to}>
                <Link to={to} className={styles.entry} activeProps={{ "aria-current": "page", className: styles.here }}>
                  <Icon size={18} stroke={1.7} aria-hidden />
                  {t(name)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
