import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && entry.name !== "schema.d.ts" ? [path] : [];
  });
}

describe("mantine.css", () => {
  const styles = join(ROOT, "node_modules/@mantine/core/styles");
  const loaded = readFileSync(join(ROOT, "src/shell/mantine.css"), "utf8");
  const used = new Set(
    sources(join(ROOT, "src")).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)].flatMap(([, names]) =>
        (names ?? "").split(",").map((name) => name.trim()),
      ),
    ),
  );
  const styled = [...used].filter((name) => name && existsSync(join(styles, `${name}.css`)));

  it.each(styled)("loads the styles of %s", (component) => {
    expect(loaded).toContain(`/styles/${component}.css`);
  });
});

describe("messages", () => {
  const texts = sources(join(ROOT, "src")).filter((file) => !file.includes("/i18n/"));
  const all = texts.map((file) => readFileSync(file, "utf8")).join("\n");

  it("are all used", async () => {
    const { english } = await import("../src/i18n/en");
    const groups = new Set(
      [...all.matchAll(/t\.code\("(\w+)"|t\(`(\w+)\./g)].map(([, code, key]) => code ?? key ?? ""),
    );
    const unused = Object.keys(english).filter(
      (key) => !all.includes(`"${key}"`) && !groups.has(key.split(".")[0] ?? ""),
    );
    expect(unused).toEqual([]);
  });
});
