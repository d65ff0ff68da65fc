import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

/** What pdf.js fetches by name while it reads: character maps, standard fonts, decoders of scanned pages. */
const PDFJS = fileURLToPath(new URL("./node_modules/pdfjs-dist", import.meta.url));
const { version } = JSON.parse(readFileSync(`${PDFJS}/package.json`, "utf8")) as { version: string };
const pdfjsFiles = `assets/pdfjs-${version}`;

function servePdfjsFiles(): Plugin {
  return {
    name: "pdfjs-files",
    apply: "build",
    generateBundle() {
      for (const folder of ["cmaps", "standard_fonts", "wasm", "iccs"]) {
        for (const name of readdirSync(`${PDFJS}/${folder}`)) {
          this.emitFile({ type: "asset", fileName: `${pdfjsFiles}/${folder}/${name}`, source: readFileSync(`${PDFJS}/${folder}/${name}`) });
        }
      }
    },
  };
}

/** Beside each script and style its compressed form, which the server sends to who accepts it. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((one) => /\.(m?js|css)$/.test(one))) {
        writeFileSync(`${dir}/${name}.gz`, gzipSync(readFileSync(`${dir}/${name}`), { level: 9 }));
      }
    },
  };
}

/** The server serves `web/static/app` and answers index.html on every page address. */
export default defineConfig({
  base: "/",
  plugins: [vue(), servePdfjsFiles(), compressed()],
  define: { __BUILD__: JSON.stringify(process.env.npm_package_version ?? "0"), __PDFJS_FILES__: JSON.stringify(`/${pdfjsFiles}`) },
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../static/app",
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/api": "http://localhost:8080", "/socket.io": { target: "http://localhost:8080", ws: true } },
  },
});
