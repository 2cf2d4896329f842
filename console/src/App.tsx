import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useMemo, useState, type ReactNode } from "react";
import { LanguageProvider, useT } from "./i18n/language";
import { createQueries } from "./queries";
import { createConsoleRouter } from "./router";
import { MessageRegion } from "./shell/MessageRegion";
import { themeOf } from "./shell/theme";

// The same key is read by public/scheme.js before the first paint.
const schemes = localStorageColorSchemeManager({ key: "billhead.scheme" });

export function App() {
  const [{ queries, router }] = useState(() => {
    const queries = createQueries();
    return { queries, router: createConsoleRouter(queries) };
  });
  return (
    <LanguageProvider>
      <Looks>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </Looks>
    </LanguageProvider>
  );
}

function Looks({ children }: { children: ReactNode }) {
  const t = useT();
  const theme = useMemo(() => themeOf(t), [t]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemes}>
      {children}
      <MessageRegion />
    </MantineProvider>
  );
}
