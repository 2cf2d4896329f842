import { createTheme, type MantineColorsTuple, type MantineThemeOverride } from "@mantine/core";
import type { Translator } from "../i18n/translate";
import type { English } from "../i18n/en";

const ink: MantineColorsTuple = [
  "#eef1ff", "#dde3fe", "#bcc6fb", "#9daaf8", "#8393f4", "#6072ee", "#4f61e6", "#4252cf", "#3846b4", "#2b3690",
]; // prettier-ignore
/** Greys with a breath of blue; from 6 up they are readable on white (WCAG AA). */
const gray: MantineColorsTuple = [
  "#f8f9fb", "#f1f3f6", "#e6e9ee", "#d8dce3", "#c1c7d0", "#9aa2af", "#636b78", "#4b5563", "#374151", "#1c232d",
]; // prettier-ignore
const dark: MantineColorsTuple = [
  "#e3e6eb", "#c3c8d1", "#9aa2af", "#6f7786", "#3b424e", "#2c323c", "#21262e", "#16191f", "#111318", "#0c0e12",
]; // prettier-ignore
/** Dark enough for white text on it, and for itself as text on white. */
const red: MantineColorsTuple = [
  "#fef2f2", "#fee2e2", "#fecaca", "#fca5a5", "#f87171", "#ef4444", "#dc2626", "#b91c1c", "#991b1b", "#7f1d1d",
]; // prettier-ignore

export function themeOf(t: Translator<English>): MantineThemeOverride {
  return createTheme({
    primaryColor: "ink",
    primaryShade: 7,
    colors: { ink, gray, dark, red },
    black: "#1c232d",
    defaultRadius: "md",
    cursorType: "pointer",
    fontFamily: '"Inter", -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", Menlo, monospace',
    headings: {
      fontWeight: "620",
      sizes: { h1: { fontSize: "1.5rem", lineHeight: "1.3" }, h2: { fontSize: "1rem" }, h3: { fontSize: "0.875rem" } },
    },
    components: {
      Modal: {
        defaultProps: {
          centered: true,
          closeButtonProps: { "aria-label": t("common.close") },
          transitionProps: { duration: 120 },
          styles: { title: { fontSize: "1.05rem", fontWeight: 620 } },
        },
      },
      // Under the input, so that inputs side by side stand in one line whether they are explained or not.
      InputWrapper: { defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] } },
      Button: { defaultProps: { size: "sm" } },
      // In its place and not at the end of the page: so it belongs to the landmark that its button is in.
      Menu: { defaultProps: { shadow: "md", withinPortal: false, withInitialFocusPlaceholder: false } },
      Table: { defaultProps: { verticalSpacing: 9, horizontalSpacing: "md" } },
    },
  });
}
