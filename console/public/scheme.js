// Runs before the first paint, so that a dark page never flashes white. Inline scripts are forbidden by the server.
(() => {
  const chosen = localStorage.getItem("billhead.scheme");
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
