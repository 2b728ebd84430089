// Makes dist/ from src/: `node build.mjs`; `node build.mjs --check` only tells whether dist/ is what the sources give.
//
// esbuild, found on the PATH (or $ESBUILD), joins the modules of each file; what is around them (AMD, CommonJS,
// globals) is ours.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { extensions } from "./src/bindings/extensions.js";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");
const esbuild = process.env.ESBUILD ?? "esbuild";
const { name, version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const banner = `/*! ${name} ${version}, ${license} */\n`;
const target = "es2022";

/** Runs esbuild on a module's text, as if it lay in Web/. */
function run(text, options) {
    return execFileSync(esbuild, [...options, `--target=${target}`, "--log-level=warning"], {
        cwd: root,
        input: text,
        encoding: "utf8",
        stdio: ["pipe", "pipe", "inherit"],
        maxBuffer: 64 * 1024 * 1024,
    });
}

const bundle = (text, ...options) => run(text, ["--bundle", "--charset=utf8", "--legal-comments=none", ...options]);
const minify = (text) => run(text, ["--minify", "--charset=utf8", "--legal-comments=inline"]);
const indent = (text) => text.trimEnd().replace(/^(?=.)/gm, "    ");

/** A function's body that holds modules and leaves their exports in `exported`. */
function body(text) {
    const module = bundle(text, "--format=esm");
    const end = /^export \{([^}]*)\};\s*$/m.exec(module);
    if (!end) {
        throw new Error("esbuild's output ends with no export statement");
    }
    const names = end[1].split(",").map((name) => name.trim().replace(/^(\S+) as (\S+)$/, "$2: $1"));
    return indent(`${module.slice(0, end.index)}var exported = { ${names.join(", ")} };`);
}

/**
 * A file for AMD, CommonJS and globals.
 *
 * @param {{parameters?: string, amd?: string[], commonJS?: string[], globals: string, code: string}} parts the
 *     factory's parameters; the modules that are passed; how a script calls `factory` when there are only globals; what
 *     the factory does
 */
function umd({ parameters = "", amd = [], commonJS = [], globals, code }) {
    const list = (names) => names.map((module) => `"${module}"`).join(", ");
    return `${banner}(function (root, factory) {
    "use strict";
    if (typeof define === "function" && define.amd) {
        define([${list(amd)}], factory);
    } else if (typeof module === "object" && module.exports) {
        module.exports = factory(${commonJS.map((module) => `require("${module}")`).join(", ")});
    } else {
        ${globals}
    }
})(typeof globalThis === "undefined" ? this : globalThis, function (${parameters}) {
    "use strict";
${code}
});
`;
}

/** `org.cometd`, made if it is not there yet. */
const namespace = "(root.org = root.org || {}).cometd = root.org.cometd || {}";

function core() {
    return umd({
        globals: `Object.assign(${namespace}, factory());`,
        code: `${body('export * from "./src/core.js"; export { Z85 } from "./src/Z85.js";')}
    return exported;`,
    });
}

function extension(className) {
    return umd({
        parameters: "cometd",
        amd: ["./cometd"],
        commonJS: ["./cometd.js"],
        globals: `factory(${namespace});`,
        code: `${body(`export { ${className} } from "./src/extensions/${className}.js";`)}
    return (cometd.${className} = exported.${className});`,
    });
}

function jquery() {
    return umd({
        parameters: "$, cometd",
        amd: ["jquery", "cometd/cometd"],
        commonJS: ["jquery", "../cometd/cometd.js"],
        globals: "factory(root.jQuery, root.org.cometd);",
        code: `${body('export { bindJQuery } from "./src/bindings/jquery.js";')}
    return exported.bindJQuery($, cometd);`,
    });
}

function jqueryExtension(extensionName, className) {
    return umd({
        parameters: "cometd, Extension",
        amd: ["./jquery.cometd", `cometd/${className}`],
        commonJS: ["./jquery.cometd.js", `../cometd/${className}.js`],
        globals: `factory(root.jQuery.cometd, root.org.cometd.${className});`,
        code: registration(extensionName),
    });
}

const registration = (extensionName) => `    var extension = cometd.getExtension("${extensionName}");
    if (!extension) {
        extension = new Extension();
        cometd.registerExtension("${extensionName}", extension);
    }
    return extension;`;

/** Dojo's modules are AMD only. */
function amdModule(ids, parameters, code) {
    const list = ids.map((id) => `"${id}"`).join(", ");
    return `${banner}define([${list}], function (${parameters}) {
    "use strict";
${code}
});
`;
}

function dojo() {
    const code = `${body('export { bindDojo } from "./src/bindings/dojo.js";')}
    return exported.bindDojo(kernel, cometd);`;
    return amdModule(["dojo/_base/kernel", "cometd/cometd"], "kernel, cometd", code);
}

function dojoExtension(extensionName, className) {
    return amdModule(["../cometd", `cometd/${className}`], "cometd, Extension", registration(extensionName));
}

function angular() {
    return umd({
        parameters: "angular, cometd",
        amd: ["angular", "cometd/cometd"],
        commonJS: ["angular", "../cometd/cometd.js"],
        globals: `factory(root.angular, ${namespace});`,
        code: `${body('export { bindAngular } from "./src/bindings/angular.js";')}
    return exported.bindAngular(angular, cometd).name;`,
    });
}

function esm() {
    return banner + bundle('export * from "./src/index.js";', "--format=esm");
}

/** Every file of dist/: path -> text. */
function files() {
    const made = new Map();
    const add = (path, text, minifiedPath) => {
        made.set(path, text);
        if (minifiedPath) {
            made.set(minifiedPath, minify(text));
        }
    };
    add("package.json", `{"type": "commonjs"}\n`);
    add("esm/package.json", `{"type": "module"}\n`);
    add("cometd/cometd.js", core(), "cometd/cometd.min.js");
    add("esm/cometd.js", esm(), "esm/cometd.min.js");
    add("jquery/jquery.cometd.js", jquery());
    add("dojox/cometd.js", dojo());
    add("angular/angular-cometd.js", angular());
    add("node/node.js", banner + bundle('export * from "./src/node/index.js";', "--format=cjs", "--platform=node"));
    for (const [extensionName, className] of Object.entries(extensions)) {
        add(`cometd/${className}.js`, extension(className));
        add(`jquery/jquery.cometd-${extensionName}.js`, jqueryExtension(extensionName, className));
        add(`dojox/cometd/${extensionName}.js`, dojoExtension(extensionName, className));
        // Pages written for CometD 3.1 load a file for each.
        const note = `// Module "cometd-${extensionName}" is in angular-cometd.js.\n`;
        add(`angular/angular-cometd-${extensionName}.js`, note);
    }
    return made;
}

function existing(folder = dist) {
    try {
        return readdirSync(folder).flatMap((entry) => {
            const path = join(folder, entry);
            return statSync(path).isDirectory() ? existing(path) : [relative(dist, path)];
        });
    } catch {
        return [];
    }
}

const textOf = (path) => {
    try {
        return readFileSync(join(dist, path), "utf8");
    } catch {
        return null;
    }
};

const made = files();
const differing = [...made].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
const surplus = existing().filter((path) => !made.has(path));

if (process.argv.includes("--check")) {
    for (const path of differing) {
        console.error(`dist/${path} is not what the sources give`);
    }
    for (const path of surplus) {
        console.error(`dist/${path} comes from no source`);
    }
    if (differing.length + surplus.length > 0) {
        console.error("Run `node build.mjs` in Web/.");
        process.exitCode = 1;
    }
} else {
    for (const path of surplus) {
        rmSync(join(dist, path));
    }
    for (const path of differing) {
        mkdirSync(dirname(join(dist, path)), { recursive: true });
        writeFileSync(join(dist, path), made.get(path));
        console.log(`dist/${path}: ${Buffer.byteLength(made.get(path))} bytes`);
    }
}
