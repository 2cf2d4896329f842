import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env.BILLHEAD_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/billhead/entrypoints/console",
    emptyOutDir: true,
    // The server forbids inline scripts, and data URIs would be lost to the cache anyway.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
    // The app, and the page that shows the API.
    rollupOptions: { input: ["index.html", "docs.html"] },
  },
  server: { proxy: { "/billing": backend, "/healthz": backend } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
