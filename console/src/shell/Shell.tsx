import { Burger, Text } from "@mantine/core";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useT } from "../i18n/language";
import { useMay } from "../session/session";
import { DESTINATIONS } from "./navigation";
import { PersonMenu } from "./PersonMenu";
import styles from "./Shell.module.css";
import { TenantMenu } from "./TenantMenu";

/** The frame around every page: which business, where to go, who one is. */
export function Shell() {
  const t = useT();
  const path = useRouterState({ select: (state) => state.location.pathname });
  // Open at one place: a menu that led elsewhere is closed by having got there.
  const [openAt, setOpenAt] = useState<string | null>(null);
  const isOpen = openAt === path;
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef(path);

  // A new page is a new place: the reading position goes there too, not only the pixels.
  useEffect(() => {
    if (lastPath.current !== path) main.current?.focus();
    lastPath.current = path;
  }, [path]);

  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === "Escape" && setOpenAt(null);
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, []);

  return (
    <div className={styles.frame}>
      <a className="skip-link" href="#main">
        {t("shell.skip")}
      </a>
      <header className={styles.header}>
        <Burger
          opened={isOpen}
          onClick={() => setOpenAt(isOpen ? null : path)}
          size="sm"
          aria-label={isOpen ? t("shell.closeMenu") : t("shell.menu")}
          aria-expanded={isOpen}
        />
        <Text fw={600}>Billhead</Text>
      </header>
      <nav className={styles.side} data-open={isOpen || undefined} aria-label={t("shell.navigation")}>
        <div className={styles.top}>
          <TenantMenu />
        </div>
        <Destinations />
        <PersonMenu />
      </nav>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
    </div>
  );
}

function Destinations() {
  const t = useT();
  const may = useMay();
  const groups = DESTINATIONS.map((group) => ({
    ...group,
    entries: group.entries.filter(({ permission }) => may(permission)),
  })).filter(({ entries }) => entries.length > 0);
  return (
    <div className={styles.nav}>
      {groups.map(({ label, entries }) => (
        <div key={label} className={styles.group}>
          {label && <div className={styles.groupLabel}>{t(label)}</div>}
          <ul>
            {entries.map(({ to, label: name, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  className={styles.entry}
                  activeOptions={{ exact: to === "/", includeSearch: false }}
                  activeProps={{ "aria-current": "page", className: styles.here }}
                >
                  <Icon size={18} stroke={1.7} aria-hidden />
                  {t(name)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
